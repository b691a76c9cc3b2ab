package dev.lathe.optimize.prune;

import static dev.lathe.optimize.Tiny.number;
import static dev.lathe.optimize.Tiny.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphCheck;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.onnx.OnnxLibrary;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Shared;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
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

    /// Fused attention: one head is one unit, in weights that hold queries, keys and values one behind the other.
    @TestFactory
    Stream<DynamicTest> onFusedAttention() {
        Tiny joined = new Tiny().input("x", 2, 5, 16).output("y", 2, 5, 6).weights("w", 16L, 48L).weights("b", 48L)
                .weights("o", 16L, 6L).node("Attention", "x w b", "a", number("num_heads", 4))
                .node("MatMul", "a o", "y");
        Tiny uneven = new Tiny().input("x", 2, 5, 16).output("y", 2, 5, 6).weights("w", 16L, 40L).weights("b", 40L)
                .weights("o", 24L, 6L).node("Attention", "x w b", "a", number("num_heads", 4),
                        numbers("qkv_hidden_sizes", 8L, 8L, 24L))
                .node("MatMul", "a o", "y");
        Tiny apart = new Tiny().input("x", 2, 5, 16).output("y", 2, 5, 6).weights("q", 16L, 16L)
                .weights("k", 16L, 16L).weights("v", 16L, 16L).weights("b", 48L).weights("o", 16L, 6L)
                .node("MatMul", "x q", "q1").node("MatMul", "x k", "k1").node("MatMul", "x v", "v1")
                .node("MultiHeadAttention", "q1 k1 v1 b", "a", number("num_heads", 4)).node("MatMul", "a o", "y");
        return Stream.of(joined, uneven, apart).map(tiny -> fused(tiny.model(13))).map(model -> DynamicTest.dynamicTest(
                model.graph().nodes().stream().map(Node::operator).toList().toString(), () -> {
                    assertThat(Tiny.loads(model)).isTrue();
                    List<ChannelGroup> groups = Cuts.dependencies(model).groups();
                    assertThat(groups).extracting(ChannelGroup::width).containsExactly(4);
                    holds(model, Tiny.samples(model, 2, 2), 3);
                }));
    }

    @Test
    void attentionThatIsBiasedByHeadIsLeftWithTheReason() {
        Model model = fused(new Tiny().input("x", 2, 5, 16).input("bias", 1, 4, 5, 5).output("y", 2, 5, 6)
                .weights("w", 16L, 48L).weights("b", 48L).weights("o", 16L, 6L)
                .node("Attention", "x w b   bias", "a", number("num_heads", 4)).node("MatMul", "a o", "y").model(13));
        DependencyGraph dependencies = Cuts.dependencies(model);
        assertThat(dependencies.groups()).isEmpty();
        assertThat(dependencies.frozen()).extracting(FrozenGroup::why)
                .contains("node a_node (com.microsoft:Attention) deals it to heads that cannot be told apart");
    }

    private static Model fused(Model plain) {
        List<Node> nodes = plain.graph().nodes().stream().map(n -> n.opType().endsWith("Attention")
                ? new Node(n.name(), "com.microsoft", n.opType(), n.inputs(), n.outputs(), n.attributes(), n.rest())
                : n).toList();
        Graph graph = plain.graph();
        return new Model(
                new Graph(graph.name(), nodes, graph.inputs(), graph.outputs(), graph.initializers(), List.of(),
                        graph.rest()),
                List.of(), new LinkedHashMap<>(Map.of("", 13L, "com.microsoft", 1L)), 8, plain.metadata(),
                plain.rest());
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
