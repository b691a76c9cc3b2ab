package dev.lathe.app.engine.store;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// One connection to the history behind one lock, with SQLite's troubles told as [Problem]s. Thread-safe.
final class Database implements AutoCloseable {
    /// Long enough for any transaction of another process, each of which writes one block at most.
    private static final int BUSY_TIMEOUT_MS = 10_000;
    /// WAL needs memory that all readers share, which these do not give: https://sqlite.org/wal.html
    private static final Set<String> NETWORK_FILE_SYSTEMS = Set.of("nfs", "nfs4", "cifs", "smb", "smb2", "smb3",
            "smbfs", "afpfs", "9p",
            "virtiofs", "ceph", "lustre", "glusterfs", "gpfs", "beegfs", "afs", "webdav", "davfs");
    private static final int PRIMARY_CODE = 0xff;

    private final Workspace workspace;
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();

    private Database(Workspace workspace, Connection connection) {
        this.workspace = workspace;
        this.connection = connection;
    }

    /// Makes a value of the current row.
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// Several statements that succeed together or not at all.
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    /// Opens the file of a prepared workspace, making it or bringing it up to date if need be.
    static Database open(Workspace workspace) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MS);
        config.enforceForeignKeys(true);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        try {
            SqliteNative.unpackInto(workspace.cache());
            // As a URI, because a plain path would be cut at a question mark.
            Connection connection = config.createConnection("jdbc:sqlite:" + workspace.database().toUri());
            try {
                chooseJournal(connection, journalMode(fileSystem(workspace.root())));
                Schema.bring(connection, workspace.database());
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
            return new Database(workspace, connection);
        } catch (SQLException e) {
            throw told(workspace, e);
        } catch (IOException e) {
            throw new ProblemException(workspace.unwritable(String.valueOf(e.getMessage())), e);
        }
    }

    /// The kind of file system, or empty where it is not told, as in a changed root without a table of mounts.
    private static String fileSystem(Path folder) {
        try {
            return Files.getFileStore(folder).type();
        } catch (IOException _) {
            return "";
        }
    }

    /// The journal mode for a kind of file system, as `FileStore.type()` names it; for an unknown one (empty) the mode that is
    /// safe on all.
    static String journalMode(String fileSystem) {
        String type = fileSystem.toLowerCase(Locale.ROOT);
        return type.isEmpty() || NETWORK_FILE_SYSTEMS.contains(type) || type.startsWith("fuse.") ? "delete" : "wal";
    }

    private static void chooseJournal(Connection connection, String wanted) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("PRAGMA journal_mode")) {
                if (row.getString(1).equals(wanted)) {
                    return;
                }
            }
            try (ResultSet row = statement.executeQuery("PRAGMA journal_mode = " + wanted)) {
                row.next();
            } catch (SQLiteException e) {
                // Another process uses the file in its present mode, which is as safe.
                if (primary(e) != SQLiteErrorCode.SQLITE_BUSY.code) {
                    throw e;
                }
            }
        }
    }

    /// All rows of a query.
    <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... arguments) {
        return guarded(() -> {
            try (PreparedStatement statement = prepared(sql, arguments); ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
                return List.copyOf(found);
            }
        });
    }

    /// The first row of a query.
    <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... arguments) {
        return list(sql, reader, arguments).stream().findFirst();
    }

    /// Changes rows; on disk when it returns, unless inside of [#together(Work)].
    ///
    /// @return how many rows
    int update(String sql, @Nullable Object... arguments) {
        return guarded(() -> {
            try (PreparedStatement statement = prepared(sql, arguments)) {
                return statement.executeUpdate();
            }
        });
    }

    /// Does several things as one transaction, which no other process can come between.
    <T> T together(Work<T> work) {
        return guarded(() -> {
            connection.setAutoCommit(false);
            try {
                T result = work.run();
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    private PreparedStatement prepared(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
        return statement;
    }

    private <T> T guarded(Work<T> work) {
        lock.lock();
        try {
            return work.run();
        } catch (SQLException e) {
            throw told(workspace, e);
        } finally {
            lock.unlock();
        }
    }

    /// The problem for damage that is found in what was read.
    static Problem damaged(Workspace workspace, String reason) {
        return Problem.error("workspace-damaged", workspace.database().toString(),
                "the history is damaged (" + reason + ")",
                "Move this file away together with its -wal and -shm files and a new history is started, or use another folder"
                        + " with --workspace.");
    }

    private static RuntimeException told(Workspace workspace, SQLException e) {
        String reason = String.valueOf(e.getMessage());
        String file = workspace.database().toString();
        return switch (SQLiteErrorCode.getErrorCode(primary(e))) {
            case SQLITE_CORRUPT, SQLITE_NOTADB -> new ProblemException(damaged(workspace, reason), e);
            case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_IOERR, SQLITE_NOLFS -> new ProblemException(
                    workspace.unwritable(reason), e);
            case SQLITE_FULL ->
                new ProblemException(Problem.error("disk-full", file, "no space is left for the history",
                        "Free some space and ask again: what was measured is kept."), e);
            case SQLITE_BUSY, SQLITE_LOCKED -> new ProblemException(Problem.error("workspace-busy", file,
                    "another process has held the history for " + BUSY_TIMEOUT_MS / 1000 + " s",
                    "Wait until it ends, or use another folder with --workspace."), e);
            case SQLITE_CONSTRAINT -> new IllegalArgumentException("the history refuses this: " + reason, e);
            default -> new IllegalStateException("SQLite failed on " + file + ": " + reason, e);
        };
    }

    private static int primary(SQLException e) {
        return e instanceof SQLiteException sqlite
                ? sqlite.getResultCode().code & PRIMARY_CODE
                : SQLiteErrorCode.SQLITE_ERROR.code;
    }

    @Override
    public void close() {
        guarded(() -> {
            connection.close();
            return true;
        });
    }
}
