package dev.lathe.profile.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class FusionTest {
    private static Node node(String name, String operator, String inputs, String outputs) {
        int colon = operator.lastIndexOf(':');
        return new Node(name, colon < 0 ? "" : operator.substring(0, colon), operator.substring(colon + 1),
                List.of(inputs.split(" ", -1)), List.of(outputs.split(" ", -1)), List.of(), Extra.NONE);
    }

    private static Graph graph(List<Node> nodes, String... weights) {
        SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
        for (String weight : weights) {
            initializers.put(weight, TensorData.ofFloats(List.of(20L, 3L, 3L, 3L), new float[540]));
        }
        return new Graph("g", nodes, List.of(ValueInfo.tensor("x", DataType.FLOAT)),
                List.of(ValueInfo.tensor("y", DataType.FLOAT)), initializers, List.of(), Extra.NONE);
    }

    private static List<String> sources(Graph source, Graph executed, int node) {
        return new Fusion(source, executed).of(executed.nodes().get(node)).stream().map(Node::label).toList();
    }

    @Test
    void aFusedNodeStandsForAllFromItsInputsToItsOutput() {
        Graph source = graph(List.of(node("mean", "ReduceMean", "x", "m"), node("sub", "Sub", "x m", "s"),
                node("mul", "Mul", "s g", "t"), node("add", "Add", "t b", "y")), "g", "b");
        Graph executed = graph(List.of(node("mul/LayerNormFusion/", "LayerNormalization", "x g b", "y")), "g", "b");
        assertThat(sources(source, executed, 0)).containsExactlyInAnyOrder("mul", "add", "sub", "mean");
    }

    @Test
    void convolutionsOnBlocksAreFoundByTheValueInTheirName() {
        Graph source = graph(List.of(node("c1", "Conv", "x w1", "c1_out"), node("r1", "Relu", "c1_out", "r1_out"),
                node("c2", "Conv", "r1_out w2", "c2_out"), node("r2", "Relu", "c2_out", "y")), "w1", "w2");
        Graph executed = graph(List.of(node("r1_out_nchwc", "com.microsoft.nchwc:Conv", "x b1", "t1"),
                node("c2_out_nchwc", "com.microsoft.nchwc:Conv", "t1 b2", "t2"),
                node("ReorderOutput", "com.microsoft.nchwc:ReorderOutput", "t2", "y")), "b1", "b2");
        assertThat(sources(source, executed, 0)).containsExactly("r1", "c1");
        assertThat(sources(source, executed, 1)).contains("c2").doesNotContain("r1", "c1");
    }

    @Test
    void aPairOfQuantizationsBelongsToWhoIsInFrontAndBehind() {
        Graph source = graph(List.of(node("q0", "QuantizeLinear", "x s z", "xq"),
                node("d0", "DequantizeLinear", "xq s z", "xd"), node("dw", "DequantizeLinear", "w s z", "wd"),
                node("conv", "Conv", "xd wd", "c"), node("relu", "Relu", "c", "r"),
                node("q1", "QuantizeLinear", "r s z", "rq"), node("d1", "DequantizeLinear", "rq s z", "y")), "s", "z",
                "w");
        Graph executed = graph(List.of(node("q0", "QuantizeLinear", "x s z", "xq"),
                node("conv_token_3", "com.microsoft:QLinearConv", "xt s z w s z s z", "ct"),
                node("d1", "DequantizeLinear", "rt s z", "y")), "s", "z", "w");
        assertThat(sources(source, executed, 0)).containsExactly("q0");
        assertThat(sources(source, executed, 1)).containsExactlyInAnyOrder("conv", "d0", "dw", "relu", "q1");
        assertThat(sources(source, executed, 2)).containsExactly("d1");
    }

    @Test
    void nodesWithoutANameAreKnownByTheirWeight() {
        Graph source = graph(List.of(node("", "DequantizeLinear", "w s z", "wd"), node("", "Conv", "x wd", "y")), "w",
                "s", "z");
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>(source.initializers());
        constants.replace("s", TensorData.ofFloats(List.of(), 1));
        constants.replace("z", TensorData.ofFloats(List.of(), 0));
        Graph executed = graph(List.of(node("_token_1", "com.microsoft:QLinearConv", "xt s z w s z s z", "t")))
                .withInitializers(constants);
        assertThat(sources(source, executed, 0)).containsExactly("Conv -> y", "DequantizeLinear -> wd");
    }

    @Test
    void halfPrecisionComputedInFloatIsFoundBehindItsCasts() {
        Graph source = graph(List.of(node("c", "Conv", "x w", "c_1"), node("r", "Relu", "c_1", "y")), "w");
        Graph executed = graph(
                List.of(node("InsertedPrecisionFreeCast_c_1_nchwc", "com.microsoft.nchwc:Conv", "x b", "t")),
                "b");
        assertThat(sources(source, executed, 0)).contains("c");
    }

    @Test
    void nodesOfTheRuntimeStandForNothing() {
        Graph source = graph(List.of(node("a", "Relu", "x", "y")));
        Graph executed = graph(List.of(node("Transpose", "Transpose", "x", "xt"), node("a", "Relu", "xt", "y")));
        assertThat(sources(source, executed, 0)).isEmpty();
        assertThat(sources(source, executed, 1)).containsExactly("a");
    }

    private static TensorShape shape(DataType type, Long... dims) {
        return new TensorShape(type, List.of(dims));
    }

    @Test
    void packedWeightsTakeTheirShapeFromTheGraph() {
        Node conv = node("c", "Conv", "x w b", "y");
        Graph executed = graph(List.of(conv), "w");
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>(executed.initializers());
        constants.put("b", TensorData.ofFloats(List.of(20L), new float[20]));
        Model model = new Model(executed.withInitializers(constants), List.of(), new LinkedHashMap<>(Map.of("", 17L)),
                8, Model.Metadata.NONE, Extra.NONE);
        TensorShape x = shape(DataType.FLOAT, 1L, 3L, 8L, 8L);
        TensorShape y = shape(DataType.FLOAT, 1L, 20L, 6L, 6L);
        TensorShape b = shape(DataType.FLOAT, 20L);
        ExecutedGraph graph = new ExecutedGraph(model, List.of());
        Map<String, TensorShape> shapes = graph.shapes(conv, new Trace.Signature(List.of(x, b), List.of(y)))
                .orElseThrow();
        assertThat(shapes).containsEntry("w", shape(DataType.FLOAT, 20L, 3L, 3L, 3L)).containsEntry("x", x);
        assertThat(graph.shapes(conv, new Trace.Signature(List.of(x), List.of(y)))).contains(shapes);
        assertThat(graph.shapes(conv, new Trace.Signature(List.of(b, b, b, b), List.of(y)))).isEmpty();
        assertThat(graph.shapes(conv, new Trace.Signature(List.of(), List.of(y)))).isEmpty();
        Work work = Work.of(conv, shapes, List.of());
        assertThat(work.macs().toOptional()).hasValueSatisfying(
                m -> assertThat(m).isCloseTo(20 * 6 * 6 * 27, within(1e-9)));
        assertThat(work.bytes().toOptional()).contains(4.0 * (192 + 540 + 20 + 720));
        // the runtime pads 20 channels to 32: the convolution has 20 all the same
        Node blocked = node("c", "com.microsoft.nchwc:Conv", "x w b", "y");
        Map<String, TensorShape> padded = new java.util.HashMap<>(shapes);
        padded.put("y", shape(DataType.FLOAT, 1L, 32L, 6L, 6L));
        padded.put("w", shape(DataType.FLOAT, 32L, 3L, 3L, 3L));
        assertThat(Work.of(blocked, padded, List.of(20L, 3L, 3L, 3L)).macs()).isEqualTo(
                Reading.known(20.0 * 36 * 27, "the source model's weight"));
    }

    @Test
    void picksReadWhatTheyGiveAndViewsMoveNothing() {
        Map<String, TensorShape> shapes = Map.of("table", shape(DataType.FLOAT, 30_000L, 128L), "ids",
                shape(DataType.INT64, 1L, 16L), "y", shape(DataType.FLOAT, 1L, 16L, 128L));
        Work gather = Work.of(node("g", "Gather", "table ids", "y"), shapes, List.of());
        assertThat(gather.bytes().toOptional()).contains(2.0 * 8192 + 128);
        assertThat(gather.macs().toOptional()).contains(0.0);
        assertThat(Work.of(node("r", "Reshape", "y ids", "y2"), shapes, List.of()).bytes().toOptional()).contains(0.0);
        assertThat(Work.of(node("u", "vendor:Magic", "y", "y2"), shapes, List.of()).macs())
                .isEqualTo(Reading.unknown("how often this operator multiplies is not known"));
        assertThat(Work.of(node("q", "QLinearConv", "y", "y2"), shapes, List.of()).arithmetic())
                .isEqualTo(Work.Arithmetic.INT8);
    }
}
