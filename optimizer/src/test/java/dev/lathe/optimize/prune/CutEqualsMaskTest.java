package dev.lathe.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.GraphCheck;
import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxLibrary;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Shared;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The contract of the dependency graph: cutting units gives the outputs of silencing them, whatever they are, on every model
/// that runs and on random small ones.
class CutEqualsMaskTest {
    /// Float sums of fewer terms, in another order.
    private static final double ROUNDING = 1e-4;
    private static final int RANDOM_GRAPHS = 60;

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> onEveryModel() {
        List<Path> files = new ArrayList<>(List.of(Shared.sample("digits.onnx")));
        files.addAll(Shared.models());
        return files.stream().flatMap(file -> Stream.of(false, true).map(clean -> DynamicTest.dynamicTest(
                file.subpath(file.getNameCount() - 2, file.getNameCount()) + (clean ? ", cleaned" : ""),
                () -> read(file, clean))));
    }

    private void read(Path file, boolean clean) {
        Model model;
        List<SequencedMap<String, Tensor>> samples;
        try {
            model = OnnxReader.read(file);
            if (!GraphCheck.check(model, "").isEmpty()) {
                return;
            }
            samples = Tiny.samples(model, 2,
                    file.toString().contains("ppocr") ? 48 : file.toString().contains("silero") ? 576 : 8);
            Tiny.run(model, samples);
        } catch (ProblemException | IllegalArgumentException _) {
            return; // what does not run on random inputs has no outputs to compare
        }
        if (clean) {
            for (var step : Recipes.named("clean").steps()) {
                model = Passes.of(step).apply(model, Tiny.context(folder, samples)).model();
            }
        }
        holds(model, samples, 3);
    }

    @TestFactory
    Stream<DynamicTest> onRandomGraphs() {
        return LongStream.range(0, RANDOM_GRAPHS).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
            Model model = RandomGraph.of(seed);
            assertThat(Tiny.loads(model)).isTrue();
            assertThat(Cuts.dependencies(model).groups()).isNotEmpty();
            holds(model, Tiny.samples(model, 2, 2), 2);
        }));
    }

    private static void holds(Model model, List<SequencedMap<String, Tensor>> samples, int cuts) {
        DependencyGraph dependencies = Cuts.dependencies(model);
        assertThat(ChannelCut.cut(model, dependencies, Set.of())).isSameAs(model);
        for (int seed = 0; seed < cuts; seed++) {
            Set<Integer> units = Cuts.some(dependencies, 0.2 + 0.3 * seed, seed);
            Model cut = ChannelCut.cut(model, dependencies, units);
            Model masked = ChannelMask.mask(model, dependencies, units);
            assertThat(cut.graph().outputs()).isEqualTo(model.graph().outputs());
            assertThat(cut.graph().inputs().stream().map(i -> i.name() + i.signature())).containsAll(model.graph()
                    .requiredInputs().stream().map(i -> i.name() + i.signature()).toList());
            assertThat(OnnxLibrary.check(cut)).isEqualTo(OnnxLibrary.check(model));
            assertThat(Cuts.difference(masked, cut, samples)).isLessThan(ROUNDING);
            if (!units.isEmpty()) {
                assertThat(weights(cut)).isLessThan(weights(model));
            }
        }
    }

    private static long weights(Model model) {
        return model.graph().initializers().values().stream().mapToLong(t -> t.sizeBytes()).sum();
    }
}
