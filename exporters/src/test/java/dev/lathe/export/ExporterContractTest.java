package dev.lathe.export;

import static dev.lathe.export.Deployments.plan;
import static dev.lathe.export.Deployments.tensor;
import static dev.lathe.export.Deployments.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Severity;
import dev.lathe.graph.DataType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every format owes, asked of every format that the service loader finds.
class ExporterContractTest {
    @TempDir
    Path folder;

    static List<Exporter> exporters() {
        return Exporter.all();
    }

    private Stream<Deployment> deployments() {
        return Stream.of(Deployments.digits(folder),
                Deployments.of(folder, "fixed", List.of(tensor("x", DataType.FLOAT, 10, 1, 28, 28)),
                        List.of(tensor("y", DataType.FLOAT, 10, 10)), plan(1)),
                Deployments.of(folder, "text", List.of(tensor("ids", DataType.INT64, "batch", "sequence")),
                        List.of(tensor("logits", DataType.FLOAT, "batch", 2)), plan(4)),
                Deployments.of(folder, "vad",
                        List.of(tensor("input", DataType.FLOAT, "?", "?"), tensor("sr", DataType.INT64)),
                        List.of(tensor("output", DataType.FLOAT, "?", 1)), plan(1)));
    }

    @Test
    void findsTheFormatsInAFixedOrder() {
        assertThat(exporters()).extracting(e -> e.info().id()).contains("triton").isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("exporters")
    void acceptsWhatAServerCanServe(Exporter exporter) {
        deployments().forEach(d -> assertThat(exporter.check(d)).as(d.modelName())
                .noneMatch(p -> p.severity() == Severity.ERROR));
    }

    @ParameterizedTest
    @MethodSource("exporters")
    void rendersTheSameTwice(Exporter exporter) {
        deployments().forEach(d -> assertThat(exporter.render(d)).isEqualTo(exporter.render(d)).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("exporters")
    void staysInItsOwnFolderAndSaysHowToStartIt(Exporter exporter) {
        deployments().flatMap(d -> exporter.render(d).stream()).forEach(f -> {
            switch (f) {
                case ExportFile.Text(String path, String content) -> {
                    assertThat(path).startsWith(exporter.info().id() + "/");
                    assertThat(content).endsWith("\n").doesNotContain("\r");
                }
                case ExportFile.ModelCopy(String path) -> assertThat(path).startsWith(exporter.info().id() + "/");
                case ExportFile.Instructions(String markdown) -> assertThat(markdown).startsWith("### ");
            }
        });
        deployments().forEach(d -> assertThat(exporter.render(d)).anyMatch(ExportFile.Instructions.class::isInstance));
    }

    @ParameterizedTest
    @MethodSource("exporters")
    void writesNothingItself(Exporter exporter) throws Exception {
        List<Deployment> deployments = deployments().toList();
        List<Path> before = contents();
        deployments.forEach(exporter::check);
        deployments.forEach(exporter::render);

        assertThat(contents()).isEqualTo(before);
    }

    private List<Path> contents() throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("exporters")
    void keepsEveryOptionOfThePlan(Exporter exporter) {
        Deployment digits = Deployments.digits(folder);
        List<ServingChoice> plans = List.of(new ServingChoice(16, List.of(4), 500, 2, 1, "cpu"),
                new ServingChoice(8, List.of(4), 500, 2, 1, "cpu"), new ServingChoice(16, List.of(8), 500, 2, 1, "cpu"),
                new ServingChoice(16, List.of(4), 700, 2, 1, "cpu"),
                new ServingChoice(16, List.of(4), 500, 3, 1, "cpu"),
                new ServingChoice(16, List.of(4), 500, 2, 5, "cpu"));

        assertThat(plans).extracting(p -> exporter.render(with(digits, p))).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("exporters")
    void refusesATargetItDoesNotKnow(Exporter exporter) {
        Deployment odd = with(Deployments.digits(folder), new ServingChoice(1, List.of(), 0, 1, 1, "abacus"));

        assertThat(exporter.check(odd)).anyMatch(p -> p.severity() == Severity.ERROR
                && p.sentence().contains("abacus"));
    }
}
