package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.store.Workspace;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.evaluate.Selection;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.hardware.Host;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.serving.PriceCatalogue;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pass of somebody else's, found as all are, whose result no runtime takes.
class RefusedVariantTest {
    @TempDir
    Path folder;

    /// Gives the first matrix more rows than it is multiplied with, which the checker does not see.
    public record BreakWeights() implements Pass {
        @Override
        public PassInfo info() {
            return new PassInfo("break-weights", "makes a model that does not load", PassInfo.Fidelity.APPROXIMATE);
        }

        @Override
        public PassOutcome apply(Model model, PassContext context) {
            GraphEdit edit = new GraphEdit(model.graph());
            Map.Entry<String, TensorData> matrix = edit.initializers().entrySet().stream()
                    .filter(e -> e.getValue().shape().size() == 2).findFirst().orElseThrow();
            edit.setInitializer(matrix.getKey(),
                    TensorData.ofFloats(List.of(7L, 1L), new float[7]));
            return PassOutcome.of(model, model.withGraph(edit.done()), 1, "matrix broken");
        }
    }

    @Test
    void isNeverKeptAndTheRunGoesOnWithTheOthers() throws IOException {
        Path services = Files.createDirectories(folder.resolve("others/META-INF/services"));
        Files.writeString(services.resolve(Pass.class.getName()), BreakWeights.class.getName());
        Path recipe = Files.writeString(folder.resolve("broken.json"),
                "{\"name\": \"broken\", \"steps\": [{\"pass\": \"remove-dead-nodes\"}, {\"pass\": \"break-weights\"}]}");
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        URL others = folder.resolve("others").toUri().toURL();
        try (URLClassLoader loader = new URLClassLoader(new URL[]{others}, own);
                Workbench workbench = new Workbench(new Workspace(folder.resolve("ws")), Host.local(),
                        PriceCatalogue.builtIn())) {
            Thread.currentThread().setContextClassLoader(loader);
            AutoResult result = workbench.auto(options(recipe), new JobContext(_ -> {}, _ -> {}, new Cancellation()));

            VariantResult broken = result.variant("broken").orElseThrow();
            assertThat(broken.made()).isEmpty();
            assertThat(broken.problems()).extracting(Problem::code).containsExactly("variant-unusable");
            assertThat(broken.problems().getFirst().sentence())
                    .startsWith("broken: the runtime does not load what break-weights made: ")
                    .contains("Dimension mismatch").contains("Gemm");
            assertThat(result.variant("clean").orElseThrow().timed()).isPresent();
            assertThat(result.decision().winner()).isNotEqualTo("broken");
            try (Stream<Path> files = Files.list(workbench.workspace().variants())) {
                assertThat(files.filter(f -> f.toString().endsWith(".onnx"))).hasSize(2);
            }
        } finally {
            Thread.currentThread().setContextClassLoader(own);
        }
    }

    private AutoOptions options(Path recipe) {
        Path model = Path.of(System.getProperty("lathe.repository", "..")).resolve("app/samples/digits.onnx");
        return new AutoOptions(model, new AutoOptions.Data(Optional.empty(), Selection.NONE),
                new AutoOptions.Goals(OptionalLong.empty(), OptionalDouble.empty(), OptionalDouble.empty(),
                        Optional.empty()),
                new AutoOptions.Effort(1_000_000, OptionalInt.of(1),
                        List.of("original", recipe.toString(), "clean")),
                new AutoOptions.Output(Optional.of(folder.resolve("bundle")), true));
    }
}
