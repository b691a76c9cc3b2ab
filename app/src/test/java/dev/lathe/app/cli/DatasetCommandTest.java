package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DatasetCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        Terminal terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return Main.run(args, terminal, new Cancellation());
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private Path table() throws IOException {
        Files.writeString(folder.resolve("data.csv"), "1.5,2,0\n2.5,3,1\n3.5,4,1\n");
        Path file = folder.resolve("dataset.json");
        Files.writeString(file,
                """
                        {"format":"lathe-dataset/1","task":"classification","source":{"kind":"csv","file":"data.csv","header":false,
                         "features":[0,1],"labelColumn":2},"inputs":{"x":{"from":"features"}}}
                        """);
        return file;
    }

    @Test
    void samplesAreShownWithRangesAndLabels() throws IOException {
        assertThat(run("dataset", "show", table().toString(), "--workspace", folder.toString())).isZero();
        assertThat(out().lines()).anySatisfy(l -> assertThat(l).isEqualTo(
                "dataset: 3 samples, 0 calibrate, 3 are scored; looked at 3".replace("dataset:",
                        folder.getFileName() + ":")))
                .anySatisfy(l -> assertThat(l).containsSubsequence("x", "all", "1.500", "4", "2.750", "float32[1,2]"))
                .anySatisfy(l -> assertThat(l).containsSubsequence("1", "2", "##############################"));
    }

    @Test
    void theSameAsJson() throws IOException {
        assertThat(run("dataset", "show", folder.toString(), "--format", "json", "--workspace", folder.toString()))
                .isEqualTo(1);
        table();
        assertThat(run("dataset", "show", folder.toString(), "--format", "json", "--workspace", folder.toString()))
                .isZero();
        JsonNode json = JsonMapper.shared().readTree(out());
        assertThat(json.at("/inputs/x/channels/0/max").asDouble()).isEqualTo(4);
        assertThat(json.at("/labels/1/count").asInt()).isEqualTo(2);
        assertThat(json.at("/first/0/inputs/x").asString()).isEqualTo("float32[1,2]");
    }

    @Test
    void whatDoesNotFitIsAProblemAndAnExitCode() throws IOException {
        assertThat(run("dataset", "show", table().toString(), "--input", "x:float32[?,3]", "--workspace",
                folder.toString()))
                .isEqualTo(Main.PROBLEM);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("input 'x' of the model takes float32[?,3], but the data gives"
                        + " float32[2].");
    }
}
