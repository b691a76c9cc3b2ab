package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.base.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class KnownFiguresTest {
    private static final String HERE = "here";

    @TempDir
    Path folder;

    private RunStore store;
    private Path parent;
    private Path variant;

    @BeforeEach
    void open() throws IOException {
        store = RunStore.open(new Workspace(folder.resolve("workspace")));
        parent = Files.writeString(folder.resolve("digits.onnx"), "parent");
        variant = Files.writeString(folder.resolve("0123456789ab.onnx"), "variant");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void run(String verb, Path model, String plan, String machine, String variants) {
        String result = "{\"event\":\"result\",\"variants\":[" + variants + "]}";
        RunId run = store.begin(new RunRequest(verb, model, Sha256.ofFile(model), result + plan, plan,
                "{\"fingerprint\":\"" + machine + "\"}"));
        store.finish(run, RunState.FINISHED, result);
    }

    private static String scored(double score) {
        return String.format(Locale.ROOT, "{\"name\":\"m\",\"score\":{\"metric\":\"top-1\",\"value\":%.2f}}", score);
    }

    private static String timed(String name, double ratio) {
        return String.format(Locale.ROOT, "{\"name\":\"%s\",\"ratioToOriginal\":{\"value\":%.2f}}", name, ratio);
    }

    private KnownFigures known() {
        return KnownFigures.of(store, HERE, parent, variant);
    }

    private static double score(Optional<JsonNode> row) {
        return row.map(r -> r.path("score").path("value").asDouble()).orElse(Double.NaN);
    }

    @Test
    void ofAVariantThatNobodyLookedAtNothingIsKnown() {
        assertThat(known()).isEqualTo(new KnownFigures(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Test
    void aScoreStandsBesideTheParentsOnTheSameSamplesOnly() {
        String first = "{\"dataSha256\":\"d1\",\"selection\":\"all\"}";
        run("evaluate", parent, "{\"dataSha256\":\"d2\",\"selection\":\"all\"}", HERE, scored(0.5));
        run("evaluate", variant, first, HERE, scored(0.98));
        assertThat(score(known().scoreAfter())).isEqualTo(0.98);
        assertThat(known().scoreBefore()).as("it was taken on other data").isEmpty();
        run("evaluate", parent, first, HERE, scored(0.99));
        assertThat(score(known().scoreBefore())).isEqualTo(0.99);
    }

    @Test
    void aRunOfAllVariantsKnowsThisOneByItsId() {
        run("auto", parent, "{}", HERE, "{\"name\":\"original\",\"score\":{\"value\":0.9}},{\"name\":\"pruned\","
                + "\"id\":\"0123456789ab\",\"score\":{\"value\":0.8},\"ratioToOriginal\":{\"value\":0.5}}");
        assertThat(score(known().scoreBefore())).isEqualTo(0.9);
        assertThat(score(known().scoreAfter())).isEqualTo(0.8);
        assertThat(known().speed()).isPresent();
    }

    @Test
    void speedOfAnotherMachineIsNoneHereAndTheNewestCounts() {
        run("measure", parent, "{}", "elsewhere", timed("0123456789ab", 0.3));
        assertThat(known().speed()).isEmpty();
        run("measure", parent, "{}", HERE, timed("digits", 1) + "," + timed("0123456789ab", 0.6));
        run("measure", parent, "{\"again\":1}", HERE, timed("0123456789ab", 0.4));
        assertThat(known().speed().orElseThrow().path("ratioToOriginal").path("value").asDouble()).isEqualTo(0.4);
    }
}
