package dev.lathe.app.engine.store;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The numbered scripts that make the tables; the number of the last one applied is the file's `user_version`.
final class Schema {
    private static final List<String> SCRIPTS = List.of("V001__history.sql", "V002__provenance.sql",
            "V003__facts_by_key.sql");

    private Schema() {}

    /// The newest schema this Lathe knows.
    static int version() {
        return SCRIPTS.size();
    }

    /// Applies what is missing, in one transaction, so that two processes may open a new file at once.
    ///
    /// @param connection with automatic commits and immediate transactions
    /// @throws ProblemException `workspace-newer` if a newer Lathe wrote the file
    static void bring(Connection connection, Path file) throws SQLException {
        if (versionOf(connection, file) == version()) {
            return;
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // The driver begins a transaction with the first statement; the version is read again inside of it.
            for (String script : SCRIPTS.subList(versionOf(connection, file), version())) {
                statement.executeUpdate(text(script));
            }
            statement.executeUpdate("PRAGMA user_version = " + version());
            connection.commit();
        } finally {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static int versionOf(Connection connection, Path file) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            int found = row.getInt(1);
            if (found < 0 || found > version()) {
                throw Problem.error("workspace-newer", file.toString(),
                        "the history was written by a newer Lathe (schema " + found + ", this one knows up to "
                                + version() + ")",
                        "Use the newer Lathe, or another folder with --workspace.").toException();
            }
            return found;
        }
    }

    private static String text(String script) {
        try (InputStream in = Schema.class.getResourceAsStream(script)) {
            if (in == null) {
                throw new IllegalStateException("the schema script " + script + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
