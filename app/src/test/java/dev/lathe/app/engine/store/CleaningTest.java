package dev.lathe.app.engine.store;

import static dev.lathe.app.engine.store.Examples.request;
import static dev.lathe.app.engine.store.Examples.variant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.VariantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleaningTest {
    private static final String ONE = "0123456789ab";
    private static final String TWO = "ba9876543210";

    @TempDir
    Path folder;

    private Workspace workspace;
    private RunStore store;

    @BeforeEach
    void open() {
        workspace = new Workspace(folder);
        store = RunStore.open(workspace);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path made(String id, String name) throws IOException {
        store.putVariant(variant(id, name));
        return Files.write(workspace.variants().resolve(id + ".onnx"), new byte[1000]);
    }

    private RunId using(String... variants) {
        RunId run = store.begin(request("key " + String.join(",", variants)));
        for (String variant : variants) {
            store.useVariant(run, new VariantId(variant));
        }
        store.finish(run, RunState.FINISHED, "{}");
        return run;
    }

    @Test
    void removesTheVariantsThatOnlyDeletedRunsUsed() throws IOException {
        Path kept = made(ONE, "clean");
        Path left = made(TWO, "static-int8");
        Path data = Files.write(workspace.variants().resolve(TWO + ".onnx.data"), new byte[500]);
        using(ONE);
        RunId deleted = using(ONE, TWO);
        assertThat(store.leftovers().items()).isEmpty();

        store.delete(deleted);
        assertThat(store.leftovers()).isEqualTo(store.leftovers());
        assertThat(store.leftovers().items()).containsExactly(
                new Leftovers.Item(Path.of("variants", TWO + ".onnx"), "variant", 1000),
                new Leftovers.Item(Path.of("variants", TWO + ".onnx.data"), "variant", 500));
        assertThat(left).as("looking removes nothing").exists();

        assertThat(store.clean().sizeBytes()).isEqualTo(1500);
        assertThat(left).doesNotExist();
        assertThat(data).doesNotExist();
        assertThat(kept).exists();
        assertThat(store.variant(new VariantId(TWO))).as("the history loses nothing").isPresent();
    }

    @Test
    void keepsTheVariantThatAKeptRunMeasuredAsItsModel() throws IOException {
        Path file = made(ONE, "clean");
        store.finish(store.begin(new RunRequest("measure", file, "ab", "key", "{}", "{}")), RunState.FINISHED, "{}");
        assertThat(store.clean().items()).isEmpty();
        assertThat(file).exists();
    }

    @Test
    void keepsWhatAnUnfinishedRunOfTheSameModelMayStillUse() throws IOException {
        Path file = made(ONE, "clean");
        RunId run = store.begin(new RunRequest("auto", Path.of("m.onnx"), variant(ONE, "clean").parentSha256(), "key",
                "{}", "{}"));
        store.finish(run, RunState.CANCELLED);
        assertThat(store.clean().items()).isEmpty();
        store.delete(run);
        assertThat(store.clean().items()).hasSize(1);
        assertThat(file).doesNotExist();
    }

    @Test
    void removesTheBundlesThatOnlyDeletedRunsWrote() throws IOException {
        RunId run = using(ONE);
        RunId other = using(ONE);
        Path kept = bundle("digits-1");
        Path left = bundle("digits-2");
        store.useBundle(run, kept);
        store.useBundle(other, left);
        assertThat(store.bundles(run)).containsExactly(Path.of("runs", "digits-1"));
        store.delete(other);
        assertThat(store.clean().items())
                .containsExactly(new Leftovers.Item(Path.of("runs", "digits-2"), "bundle", 10));
        assertThat(kept).isDirectory();
        assertThat(left).doesNotExist();
        assertThat(workspace.runs().resolve("running.lock")).exists();
    }

    @Test
    void keepsTheRawLogsOfRunsThatAreKept() throws IOException {
        RunId kept = using(ONE);
        RunId deleted = using(ONE);
        Path log = bundle(kept.text());
        bundle(deleted.text());
        store.delete(deleted);
        assertThat(store.clean().items())
                .containsExactly(new Leftovers.Item(Path.of("runs", deleted.text()), "raw log", 10));
        assertThat(log).isDirectory();
    }

    private Path bundle(String name) throws IOException {
        Path bundle = Files.createDirectories(workspace.runs().resolve(name).resolve("model"));
        Files.write(bundle.resolve("model.onnx"), new byte[10]);
        return workspace.runs().resolve(name);
    }

    @Test
    void removesHalfAFileOnlyWhileNobodyWrites() throws IOException {
        Path part = Files.write(workspace.variants().resolve(ONE + ".onnx.part"), new byte[7]);
        Path mine = Files.write(workspace.variants().resolve("mine.txt"), new byte[7]);
        RunId run = store.begin(request("key"));
        assertThat(store.clean().items()).isEmpty();
        store.finish(run, RunState.CANCELLED);
        assertThat(store.clean().items()).extracting(Leftovers.Item::kind).containsExactly("unfinished file");
        assertThat(part).doesNotExist();
        assertThat(mine).as("not Lathe's").exists();
    }
}
