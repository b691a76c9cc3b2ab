package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// With real workers: on whatever machine this is, the processor can be measured on.
class TargetsCommandTest {
    private static final String SAMPLE = Path
            .of(System.getProperty("lathe.repository", ".."), "app/samples/digits.onnx").toString();

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--workspace", folder.resolve("workspace").toString()));
        Terminal terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return Main.run(all.toArray(String[]::new), terminal, new Cancellation());
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theProcessorCanBeMeasuredOn() {
        assertThat(run("targets", "--format", "json")).isZero();
        JsonNode result = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(result.path("targets").valueStream().filter(t -> t.path("available").asBoolean())
                .map(t -> t.path("name").asString() + " by " + t.path("runtime").asString().replaceAll(" .*", "")))
                .contains("cpu by ONNX");
        assertThat(result.path("targets").valueStream().filter(t -> !t.path("available").asBoolean()))
                .allSatisfy(t -> assertThat(t.path("remedy").asString()).isNotBlank());
        assertThat(result.path("devices").path(0).path("stands").asString())
                .endsWith("ran a probe model with 3 of 3 nodes placed on it");
    }

    @Test
    void aTargetThatIsNotHereEndsWithItsOwnStatusAndTheRemedy() {
        // Android has no machine that this runs on
        assertThat(run("measure", SAMPLE, "--target", "cpu,nnapi")).isEqualTo(3);
        assertThat(err()).contains("lathe: nnapi: no device for it is here. It is Android's alone.");
    }

    @Test
    void aTargetThatNobodyKnowsIsAProblemWithTheNearestName() {
        assertThat(run("evaluate", SAMPLE, "--data", "none", "--target", "openvinno")).isEqualTo(Main.PROBLEM);
        assertThat(err()).contains("Did you mean openvino?");
        assertThat(run("profile", SAMPLE, "--target", "cpu,cuda")).isEqualTo(Main.PROBLEM);
        assertThat(err()).contains("cpu,cuda: this command runs on one target at a time");
    }

    @Test
    void aLibraryThatIsNoneEndsTheList() throws Exception {
        Path text = Files.writeString(folder.resolve("text.so"), "this is a text");
        assertThat(run("targets", "--ep-library", "mine=" + text)).isEqualTo(Main.PROBLEM);
        assertThat(err()).contains(text + ": the file is no library that can be loaded here");
        assertThat(run("targets", "--ort-home", folder.resolve("nowhere").toString())).isZero();
        assertThat(err()).contains("nowhere: there is no ");
    }
}
