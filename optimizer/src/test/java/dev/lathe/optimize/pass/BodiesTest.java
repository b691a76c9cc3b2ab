package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxLibrary;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Tiny;
import dev.lathe.optimize.calibrate.RangeMethod;
import dev.lathe.profile.statistics.SignalToNoise;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodiesTest {
    @TempDir
    Path folder;

    private static TensorData weights(int seed) {
        double[] random = new SplittableRandom(seed).doubles(16 * 8, -0.5, 0.5).toArray();
        float[] values = new float[random.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random[i];
        }
        return TensorData.ofFloats(List.of(16L, 8L), values);
    }

    private static Graph branch(String name, List<Node> nodes, SequencedMap<String, TensorData> constants) {
        return new Graph(name, nodes, List.of(), List.of(ValueInfo.parse(name + "_y:float32[?,8]")), constants,
                List.of(),
                Extra.NONE);
    }

    /// An If whose branches multiply `x` by a constant of the graph around them, a Constant node, and one of their own.
    private static Model model(boolean shared) {
        SequencedMap<String, TensorData> own = new LinkedHashMap<>();
        own.put("own", weights(3));
        Graph then = branch("then", List.of(
                Node.of("then_constant", "Constant", List.of(), List.of("k"),
                        Attribute.of("value", new Attribute.TensorValue(weights(2)))),
                Node.of("then_a", "MatMul", List.of("x", "outer"), List.of("a")),
                Node.of("then_b", "MatMul", List.of("x", "k"), List.of("b")),
                Node.of("then_sum", "Add", List.of("a", "b"), List.of("then_y"))), new LinkedHashMap<>());
        Graph otherwise = branch("else", List.of(
                Node.of("else_a", "MatMul", List.of("x", "own"), List.of("else_y"))), own);
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>();
        constants.put("outer", weights(1));
        constants.put("condition", TensorData.ofBytes(DataType.BOOL, List.of(), (byte) 1));
        List<Node> nodes = List.of(
                Node.of("if", "If", List.of("condition"), List.of("z"),
                        Attribute.of("then_branch", new Attribute.GraphValue(then)),
                        Attribute.of("else_branch", new Attribute.GraphValue(otherwise))),
                shared
                        ? Node.of("last", "MatMul", List.of("x", "outer"), List.of("w"))
                        : Node.of("last", "Identity", List.of("z"), List.of("w")),
                Node.of("y_node", "Add", List.of("z", "w"), List.of("y")));
        Graph graph = new Graph("g", nodes, List.of(ValueInfo.parse("x:float32[n,16]")),
                List.of(ValueInfo.parse("y:float32[n,8]")), constants, List.of(), Extra.NONE);
        return new Model(graph, List.of(), new LinkedHashMap<>(Map.of("", 13L)), 8, Model.Metadata.NONE, Extra.NONE);
    }

    private void isNear(Model model, Model made) {
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(model, 4, 4);
        SignalToNoise ratio = new SignalToNoise();
        for (int i = 0; i < samples.size(); i++) {
            ratio.add(Tiny.run(model, samples).get(i), Tiny.run(made, samples).get(i));
        }
        assertThat(ratio.worstDb()).isGreaterThan(30);
        assertThat(OnnxLibrary.check(made)).isEmpty();
    }

    @Test
    void branchesAreQuantizedWithConstantsWhereverTheyAre() {
        Model model = model(false);
        PassContext context = Tiny.context(folder, List.of());
        PassOutcome outcome = new QuantizeDynamic().apply(model, context);
        assertThat(outcome.changes()).hasToString("[3 MatMul quantized dynamically inside of If, Loop or Scan]");
        assertThat(outcome.model().graph().allNodes().map(Node::opType)).doesNotContain("MatMul")
                .contains("MatMulInteger");
        assertThat(outcome.model().graph().initializers()).containsOnlyKeys("condition");
        assertThat(outcome.model().graph().outputs()).isEqualTo(model.graph().outputs());
        isNear(model, outcome.model());
    }

    @Test
    void aConstantThatOthersReadTooStaysWhereItIs() {
        Model model = model(true);
        PassOutcome outcome = new QuantizeDynamic().apply(model, Tiny.context(folder, List.of()));
        assertThat(outcome.changes()).hasToString("[2 MatMul quantized dynamically inside of If, Loop or Scan,"
                + " 1 MatMul quantized dynamically]");
        assertThat(outcome.model().graph().initializers()).containsKey("outer");
        isNear(model, outcome.model());
    }

    @Test
    void whatIsExcludedInABodyStays() {
        PassOutcome outcome = new QuantizeDynamic(true, 0, RangeMethod.MIN_MAX, false, true,
                List.of(), List.of("MatMul")).apply(model(false), Tiny.context(folder, List.of()));
        assertThat(outcome.problems()).extracting(Problem::code).containsExactly("nothing-to-quantize");
    }

    @Test
    void staticQuantizationLeavesBodiesAlone() {
        Model model = model(true);
        PassOutcome outcome = new QuantizeStatic().apply(model, Tiny.context(folder, Tiny.samples(model, 4, 4)));
        assertThat(outcome.hasFailed()).isFalse();
        assertThat(outcome.model().graph().nodes().stream().filter(n -> n.is("If")).flatMap(Node::subgraphs)
                .flatMap(Graph::allNodes).map(Node::opType)).containsExactlyInAnyOrder("Constant", "MatMul", "MatMul",
                        "Add",
                        "MatMul");
        isNear(model, outcome.model());
    }
}
