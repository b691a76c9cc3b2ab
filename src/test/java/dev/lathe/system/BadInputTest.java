package dev.lathe.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever is wrong with what a user gives: one sentence that names it, an exit code, and nothing else.
class BadInputTest {
    private static final String SAMPLE = Lathe.SAMPLES.resolve("digits.onnx").toString();
    private static final String DATA = Lathe.SAMPLES.resolve("digits.dataset.json").toString();

    @TempDir
    static Path folder = Path.of("");

    /// @param exitCode 1 a problem, 2 usage
    /// @param names what the sentence must contain
    /// @param arguments of the command
    record Case(int exitCode, List<String> names, List<String> arguments) {
        @Override
        public String toString() {
            return arguments.stream().map(a -> Path.of(a).getFileName().toString()).reduce((a, b) -> a + " " + b)
                    .orElse("");
        }
    }

    private static Case problem(String names, String... arguments) {
        return new Case(1, Arrays.asList(names.split("\\|")), List.of(arguments));
    }

    private static Case usage(String names, String... arguments) {
        return new Case(2, Arrays.asList(names.split("\\|")), List.of(arguments));
    }

    @BeforeAll
    static void files() throws Exception {
        Files.createFile(folder.resolve("empty.onnx"));
        Files.createDirectory(folder.resolve("folder"));
        Files.writeString(folder.resolve("page.onnx"), "<!DOCTYPE html>\n<html><body>model</body></html>\n");
        Files.writeString(folder.resolve("pointer.onnx"), """
                version https://git-lfs.github.com/spec/v1
                oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
                size 12345
                """);
        byte[] sample = Files.readAllBytes(Path.of(SAMPLE));
        Files.write(folder.resolve("truncated.onnx"), Arrays.copyOf(sample, sample.length / 2));
        Files.writeString(folder.resolve("iris.csv"), """
                5.1,3.5,1.4,0.2,setosa
                4.9,3.0,1.4,0.2,setosa
                6.0,3.0,4.8,1.8,virginica
                """);
        Files.writeString(folder.resolve("iris.dataset.json"),
                """
                        {"format": "lathe-dataset/1", "task": "classification",
                         "source": {"kind": "csv", "file": "iris.csv", "header": false, "features": [0, 1, 2, 3], "labelColumn": 4},
                         "inputs": {"image": {"from": "features", "dtype": "float32"}}, "output": {"name": "logits"},
                         "labels": {"classes": ["setosa", "virginica"]}, "metrics": ["top-1"],
                         "calibration": {"count": 1, "seed": 1}}
                        """);
        Files.createDirectory(folder.resolve("taken"));
        Files.writeString(folder.resolve("taken/mine.txt"), "kept");
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (List<String> model : List.of(List.of("missing.onnx", "no such file"), List.of("empty.onnx", "is empty"),
                List.of("page.onnx", "web page"), List.of("pointer.onnx", "Git LFS pointer|git lfs pull"),
                List.of("truncated.onnx", "ends early"), List.of("folder", "is a folder"))) {
            String names = model.getFirst() + "|" + model.getLast();
            cases.add(problem(names, "inspect", model.getFirst()));
            cases.add(problem(names, "auto", model.getFirst(), "--out", "never"));
        }
        cases.addAll(List.of(
                problem("truncated.onnx", "optimize", "truncated.onnx", "--recipe", "clean", "--out", "never.onnx"),
                problem("truncated.onnx", "evaluate", "truncated.onnx", "--data", DATA),
                problem("truncated.onnx", "measure", SAMPLE, "truncated.onnx", "--budget", "1s"),
                problem("truncated.onnx", "export", "truncated.onnx", "--out", "never"),
                problem("iris.dataset.json|image|[batch,1,28,28]", "auto", SAMPLE, "--data", "iris.dataset.json",
                        "--out",
                        "never"),
                problem("iris.dataset.json|image", "evaluate", SAMPLE, "--data", "iris.dataset.json"),
                problem("nowhere.json", "auto", SAMPLE, "--data", "nowhere.json", "--out", "never"),
                problem("iris.csv", "auto", SAMPLE, "--data", "iris.csv", "--out", "never"),
                problem("taken|exists already|--force", "auto", SAMPLE, "--out", "taken"),
                problem("taken|exists already|--force", "export", SAMPLE, "--out", "taken"),
                problem("iris.csv|exists already|--force", "optimize", SAMPLE, "--recipe", "clean", "--out",
                        "iris.csv"),
                problem("nonsense|static-int8", "optimize", SAMPLE, "--recipe", "nonsense", "--out", "never.onnx"),
                problem("nonsense|static-int8", "auto", SAMPLE, "--recipes", "original,nonsense", "--out", "never"),
                usage("--threads", "auto", "--threads", "0"),
                usage("--threads", "measure", SAMPLE, "--threads", "0"),
                problem("--cpus 0-8191|does not exist", "measure", SAMPLE, "--cpus", "0-8191"),
                problem("--device-limit cpus=8192", "measure", SAMPLE, "--device-limit", "cpus=8192"),
                usage("twelve|0-3", "measure", SAMPLE, "--cpus", "twelve"),
                usage("memory=0|512m", "measure", SAMPLE, "--device-limit", "memory=0"),
                usage("most|extended", "measure", SAMPLE, "--graph-level", "most"),
                usage("maybe|on", "measure", SAMPLE, "--spinning", "maybe"),
                usage("two models", "compare", SAMPLE),
                usage("soon|50ms", "auto", "--budget", "soon"),
                usage("soon|50ms", "auto", "--slo-p99", "soon"),
                usage("--frobnicate", "auto", "--frobnicate"),
                usage("MODEL", "inspect")));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAnsweredWithOneSentence(Case bad) throws Exception {
        Lathe.Run run = new Lathe(folder).run(bad.arguments().toArray(String[]::new));

        assertThat(run.exitCode()).as("%s", run).isEqualTo(bad.exitCode());
        assertThat(run.out()).as("stdout of %s", run.command()).isEmpty();
        List<String> sentences = run.err().stream().filter(l -> !isHint(bad, l)).toList();
        assertThat(sentences).as("stderr of %s", run.command()).singleElement().asString().startsWith("lathe: ")
                .contains(bad.names()).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(folder.resolve("never")).doesNotExist();
        assertThat(folder.resolve("never.onnx")).doesNotExist();
        assertThat(folder.resolve("taken")).isDirectoryNotContaining(f -> !f.endsWith("mine.txt"));
    }

    /// A usage error points at the help, in a line of its own.
    private static boolean isHint(Case bad, String line) {
        return bad.exitCode() == 2 && line.matches("Try `lathe \\w+ --help`\\.");
    }
}
