package dev.lathe.app.engine.store;

import static dev.lathe.app.engine.store.Examples.block;
import static dev.lathe.app.engine.store.Examples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {
    @TempDir
    Path folder;

    private Workspace workspace() {
        return new Workspace(folder);
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + workspace().database());
                Statement executed = connection.createStatement()) {
            executed.executeUpdate(statement);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "what?", "50%20", "a#b", "käse"})
    void opensInAFolderOfAnyName(String name) {
        Workspace workspace = new Workspace(folder.resolve(name));
        try (RunStore store = RunStore.open(workspace)) {
            store.begin(request("key"));
            assertThat(workspace.database()).exists();
        }
        assertThat(folder).isDirectoryContaining(path -> path.equals(folder.resolve(name)))
                .isDirectoryNotContaining("glob:**.db");
    }

    @Test
    void unpacksTheNativeLibraryOnce() throws IOException {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        String before = System.clearProperty("org.sqlite.lib.path");
        try {
            SqliteNative.unpackInto(cache);
            String chosen = System.clearProperty("org.sqlite.lib.path");
            SqliteNative.unpackInto(cache);
            assertThat(System.getProperty("org.sqlite.lib.path")).isEqualTo(chosen).startsWith(cache.toString());
            try (Stream<Path> files = Files.walk(cache)) {
                assertThat(files.filter(Files::isRegularFile)).singleElement()
                        .satisfies(file -> assertThat(file).hasFileName(System.mapLibraryName("sqlitejdbc")));
            }
        } finally {
            if (before == null) {
                System.clearProperty("org.sqlite.lib.path");
            } else {
                System.setProperty("org.sqlite.lib.path", before);
            }
        }
    }

    @Test
    void keepsAWriteAheadLogExceptOnNetworkFileSystems() {
        assertThat(Database.journalMode("ext4")).isEqualTo("wal");
        assertThat(Database.journalMode("apfs")).isEqualTo("wal");
        assertThat(Database.journalMode("NTFS")).isEqualTo("wal");
        assertThat(Database.journalMode("")).isEqualTo("delete");
        assertThat(Database.journalMode("nfs4")).isEqualTo("delete");
        assertThat(Database.journalMode("cifs")).isEqualTo("delete");
        assertThat(Database.journalMode("fuse.sshfs")).isEqualTo("delete");
    }

    @Test
    void writesThroughToTheDisk() {
        Workspace workspace = workspace().prepare();
        try (Database database = Database.open(workspace)) {
            assertThat(database.first("PRAGMA synchronous", row -> row.getInt(1))).as("2 is FULL").contains(2);
            assertThat(database.first("PRAGMA foreign_keys", row -> row.getInt(1))).contains(1);
            assertThat(database.first("PRAGMA busy_timeout", row -> row.getInt(1))).contains(10_000);
            assertThat(database.first("PRAGMA user_version", row -> row.getInt(1))).contains(Schema.version());
        }
    }

    @Test
    void refusesAHistoryOfANewerLathe() throws SQLException {
        RunStore.open(workspace()).close();
        sql("PRAGMA user_version = 7");
        assertThatThrownBy(() -> RunStore.open(workspace())).isInstanceOf(ProblemException.class)
                .hasMessage(workspace().database()
                        + ": the history was written by a newer Lathe (schema 7, this one knows up to "
                        + Schema.version() + "). Use the newer Lathe, or another folder with --workspace.");
    }

    @Test
    void namesAFileThatIsNoDatabase() throws IOException {
        Files.writeString(workspace().prepare().database(), "<html>not a database</html>".repeat(200));
        assertThatThrownBy(() -> RunStore.open(workspace())).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(workspace().database() + ": the history is damaged (")
                .hasMessageContaining("not a database")
                .hasMessageEndingWith(
                        "). Move this file away together with its -wal and -shm files and a new history is started,"
                                + " or use another folder with --workspace.");
    }

    @Test
    void namesAFileWhosePagesAreOverwritten() throws IOException {
        RunId run;
        try (RunStore store = RunStore.open(workspace())) {
            run = store.begin(request("key"));
            store.append(block(run, 0, 1, 2, 3));
        }
        int page = 4096;
        try (FileChannel channel = FileChannel.open(workspace().database(), StandardOpenOption.WRITE)) {
            for (long at = page; at < channel.size(); at += page) {
                channel.write(ByteBuffer.allocate(page).putLong(0x0123456789abcdefL).rewind(), at);
            }
        }
        assertThatThrownBy(() -> {
            try (RunStore store = RunStore.open(workspace())) {
                store.blocks(run);
            }
        }).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(workspace().database() + ": the history is damaged (");
    }

    @Test
    void namesABlockWhoseSamplesAreDamaged() throws SQLException {
        try (RunStore store = RunStore.open(workspace())) {
            RunId run = store.begin(request("key"));
            sql("INSERT INTO blocks VALUES (NULL, 1, 'clean', 0, 'latency', 1, 0, 3, '" + Samples.ENCODING
                    + "', x'00', 1, 1, 1)");
            assertThatThrownBy(() -> store.blocks(run)).isInstanceOf(ProblemException.class)
                    .hasMessageStartingWith(workspace().database() + ": the history is damaged (block Key[run=");
        }
    }

    /// SQLite's own figures: 2 is FULL, which flushes at every commit, so that a power cut takes nothing that was stored.
    @Test
    void flushesEveryCommit() {
        try (Database database = Database.open(workspace().prepare())) {
            assertThat(database.first("PRAGMA synchronous", row -> row.getInt(1))).contains(2);
            assertThat(database.first("PRAGMA foreign_keys", row -> row.getInt(1))).contains(1);
            assertThat(database.first("PRAGMA journal_mode", row -> row.getString(1))).contains("wal");
        }
    }

    /// Samples lie in the row of their block, which is one transaction: there is no block without samples.
    @Test
    void keepsABlockAndItsSamplesInOneStatement() {
        try (RunStore store = RunStore.open(workspace()); Database other = Database.open(workspace())) {
            RunId run = store.begin(request("key"));
            long before = other.first("SELECT count(*) FROM blocks", row -> row.getLong(1)).orElseThrow();
            other.together(() -> {
                store(other, run);
                assertThat(store.blocks(run)).as("not before the commit").hasSize((int) before);
                return true;
            });
            assertThat(store.blocks(run)).hasSize(1);
        }
    }

    private static void store(Database database, RunId run) {
        Samples samples = Samples.of(1, 2, 3);
        database.update(
                """
                        INSERT INTO blocks (run, variant, fork, kind, batch, sequence, n, encoding, samples, wall_ns, cpu_ns, started_ms)
                        SELECT seq, 'clean', 0, 'latency', 1, 0, 3, ?, ?, 1, 1, 1 FROM runs WHERE id = ?""",
                Samples.ENCODING, samples.compressed(), run.text());
    }

    @Test
    void namesADiskThatIsFull() {
        try (Database database = Database.open(workspace().prepare())) {
            long pages = database.first("PRAGMA page_count", row -> row.getLong(1)).orElseThrow();
            database.first("PRAGMA max_page_count = " + (pages + 2), row -> row.getLong(1));
            assertThatThrownBy(() -> {
                for (int i = 0; i < 100; i++) {
                    database.update(
                            """
                                    INSERT INTO runs (id, kind, created_ms, model_path, model_sha256, request_key, plan, environment)
                                    VALUES (?, 'auto', 1, 'm', 's', 'k', '{}', '{}')""",
                            "x".repeat(4000) + i);
                }
            }).isInstanceOf(ProblemException.class).hasMessage(workspace().database()
                    + ": no space is left for the history. Free some space and ask again: what was measured is kept.");
        }
    }

    @Test
    void namesAHistoryThatAnotherProcessHolds() throws SQLException {
        try (RunStore store = RunStore.open(workspace()); Database waiting = Database.open(workspace())) {
            store.begin(request("key"));
            waiting.first("PRAGMA busy_timeout = 1", row -> row.getInt(1));
            try (Connection holder = DriverManager.getConnection("jdbc:sqlite:" + workspace().database());
                    Statement statement = holder.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertThatThrownBy(() -> waiting.update("INSERT INTO run_tombstones (run, at_ms) VALUES (1, 1)"))
                        .isInstanceOf(ProblemException.class)
                        .hasMessage(workspace().database() + ": another process has held the history for 10 s."
                                + " Wait until it ends, or use another folder with --workspace.");
                assertThat(store.runs()).as("reading goes on meanwhile").hasSize(1);
            }
        }
    }

    @Test
    void namesAHistoryThatMayOnlyBeRead() throws IOException {
        try (RunStore store = RunStore.open(workspace())) {
            store.begin(request("key"));
        }
        try (Database database = Database.open(workspace())) {
            database.update("PRAGMA query_only = 1");
            assertThatThrownBy(() -> database.update("INSERT INTO run_tombstones (run, at_ms) VALUES (1, 1)"))
                    .isInstanceOf(ProblemException.class).hasMessageStartingWith(folder
                            + ": the workspace cannot be written (")
                    .hasMessageEndingWith("). Choose a folder you can write with --workspace.");
        }
    }

    @Test
    void refusesToChangeWhatHappened() throws SQLException {
        try (RunStore store = RunStore.open(workspace())) {
            RunId run = store.begin(request("key"));
            store.event(run, "{}");
            store.useBundle(run, folder.resolve("b"));
            store.finish(run, RunState.CANCELLED);
            store.delete(run);
        }
        for (String table : List.of("events", "run_states", "run_uses", "run_tombstones")) {
            assertThatThrownBy(() -> sql("DELETE FROM " + table)).as(table).isInstanceOf(SQLException.class)
                    .hasMessageContaining("append-only");
            assertThatThrownBy(() -> sql("UPDATE " + table + " SET at_ms = 1")).as(table)
                    .isInstanceOf(SQLException.class).hasMessageContaining("append-only");
        }
    }

    @Test
    void refusesToChangeWhatWasMeasured() throws SQLException {
        try (RunStore store = RunStore.open(workspace())) {
            store.append(block(store.begin(request("key")), 0, 1));
        }
        assertThatThrownBy(() -> sql("DELETE FROM blocks")).isInstanceOf(SQLException.class)
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> sql("UPDATE blocks SET wall_ns = 1")).isInstanceOf(SQLException.class)
                .hasMessageContaining("append-only");
    }

    @Test
    void twoStoresWriteToOneWorkspaceInTurns() {
        try (RunStore one = RunStore.open(workspace()); RunStore two = RunStore.open(workspace())) {
            RunId first = one.begin(request("one"));
            RunId second = two.begin(request("two"));
            for (int i = 0; i < 20; i++) {
                one.append(block(first, i, i));
                two.append(block(second, i, -i));
            }
            assertThat(one.blocks(second)).hasSize(20).isEqualTo(two.blocks(second));
            assertThat(two.blocks(first)).hasSize(20).isEqualTo(one.blocks(first));
            assertThat(two.unfinished("one")).as("the other store runs it").isEmpty();
        }
    }
}
