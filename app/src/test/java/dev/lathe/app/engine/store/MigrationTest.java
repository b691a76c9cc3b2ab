package dev.lathe.app.engine.store;

import static dev.lathe.app.engine.store.Examples.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lathe.base.VariantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Opens a history that the first released schema wrote: a finished auto, a finished measure, a cancelled auto.
class MigrationTest {
    private static final RunId AUTO = new RunId("20261124-095049-f39fdf");
    private static final RunId MEASURE = new RunId("20261124-095115-29d5eb");
    private static final RunId CANCELLED = new RunId("20261124-095127-64f9ec");

    @TempDir
    Path folder;

    @BeforeEach
    void unpack() throws IOException {
        try (InputStream packed = Objects.requireNonNull(getClass().getResourceAsStream("workbench-v001.db.gz"));
                InputStream plain = new GZIPInputStream(packed)) {
            Files.copy(plain, new Workspace(folder).prepare().database());
        }
        assertThat(number("PRAGMA user_version")).isEqualTo(1);
    }

    private long number(String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + new Workspace(folder).database());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void losesNothingOfAnOldHistory() {
        long samples = number("SELECT sum(n) FROM blocks");
        long facts = number("SELECT count(*) FROM facts");
        try (RunStore store = RunStore.open(new Workspace(folder))) {
            assertThat(store.summaries(RunFilter.ALL)).extracting(RunSummary::id, RunSummary::standing,
                    RunSummary::outcome)
                    .containsExactly(tuple(CANCELLED, Standing.CANCELLED, ""),
                            tuple(MEASURE, Standing.FINISHED, ""),
                            tuple(AUTO, Standing.FINISHED, "original"));
            List<Block> blocks = store.runs().stream().flatMap(r -> store.blocks(r.id()).stream()).toList();
            assertThat(blocks.stream().mapToLong(b -> b.samples().size()).sum()).isEqualTo(samples).isPositive();
            assertThat(number("SELECT count(*) FROM facts")).isEqualTo(facts).isPositive();
            assertThat(store.run(AUTO).orElseThrow().resultJson().orElseThrow()).contains("\"winner\":\"original\"");
        }
        assertThat(number("PRAGMA user_version")).isEqualTo(Schema.version());
    }

    @Test
    void knowsWhatOldRunsUse() {
        try (RunStore store = RunStore.open(new Workspace(folder))) {
            assertThat(store.variants(AUTO)).extracting(StoredVariant::name).containsExactlyInAnyOrder("original",
                    "clean");
            assertThat(store.bundles(AUTO)).as("where a relative path began is not known").isEmpty();
            store.delete(CANCELLED);
            VariantId original = store.variants(AUTO).getFirst().id();
            assertThat(store.variant(original)).isPresent();
        }
    }

    @Test
    void goesOnWithAnOldInterruptedRun() {
        try (RunStore store = RunStore.open(new Workspace(folder))) {
            Run old = store.run(CANCELLED).orElseThrow();
            assertThat(store.resume(old.request().requestKey())).contains(CANCELLED);
            int before = store.blocks(CANCELLED).size();
            store.append(block(CANCELLED, 99, 1));
            assertThat(store.blocks(CANCELLED)).hasSize(before + 1);
            assertThat(store.finish(CANCELLED, RunState.FINISHED, "{}", "done")).isTrue();
        }
    }
}
