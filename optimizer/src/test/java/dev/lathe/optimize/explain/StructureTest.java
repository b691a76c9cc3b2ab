package dev.lathe.optimize.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class StructureTest {
    private static final String CONTRIB = "com.microsoft";

    private final List<Node> nodes = new ArrayList<>();
    private final List<ValueInfo> values = new ArrayList<>();
    private final SequencedMap<String, TensorData> constants = new LinkedHashMap<>();

    private StructureTest node(String domain, String opType, String inputs, String output, DataType type) {
        nodes.add(new Node(output + "_node", domain, opType, List.of(inputs.split(" ")), List.of(output), List.of(),
                Extra.NONE));
        if (type != DataType.UNDEFINED) {
            values.add(ValueInfo.tensor(output, type, List.of(new Dim.Fixed(4))));
        }
        return this;
    }

    private StructureTest constant(String name, DataType type) {
        constants.put(name, type == DataType.FLOAT
                ? TensorData.ofFloats(List.of(4L), new float[4])
                : TensorData.ofBytes(type, List.of(4L), new byte[4]));
        return this;
    }

    private Graph graph() {
        ValueInfo input = ValueInfo.tensor("x", DataType.FLOAT, List.of(new Dim.Fixed(4)));
        ValueInfo output = ValueInfo.tensor(nodes.getLast().outputs().getFirst(), DataType.FLOAT,
                List.of(new Dim.Fixed(4)));
        return new Graph("g", nodes, List.of(input), List.of(output), constants, values, Extra.NONE);
    }

    private static Graph file() {
        return new StructureTest().constant("w8", DataType.INT8)
                .node("", "QuantizeLinear", "x s z", "xq", DataType.UINT8)
                .node("", "DequantizeLinear", "xq s z", "xf", DataType.FLOAT)
                .node("", "DequantizeLinear", "w8 s z", "wf", DataType.FLOAT)
                .node("", "Conv", "xf wf", "c", DataType.FLOAT)
                .node("", "QuantizeLinear", "c s z", "cq", DataType.UINT8)
                .node("", "DequantizeLinear", "cq s z", "y", DataType.FLOAT).graph();
    }

    private static Structure fused() {
        return Structure.of(file(), new StructureTest().constant("w8", DataType.INT8)
                .node("", "QuantizeLinear", "x s z", "xq", DataType.UINT8)
                .node(CONTRIB, "QLinearConv", "xq s z w8 s z", "cq", DataType.UINT8)
                .node("", "DequantizeLinear", "cq s z", "y", DataType.FLOAT).graph());
    }

    private static Structure unfused() {
        return Structure.of(file(), file());
    }

    private static Explanation explanation(Structure structure) {
        return new Explanation("small", Reading.known(structure, "test"), new Explanation.Savings(
                Optional.of("large.onnx"), 300, 1200, Reading.known(80L, "test"), Reading.known(100L, "test")),
                Optional.empty());
    }

    @Test
    void aFusedPairIsAnOperatorOnIntegersWithConversionsAtItsEdges() {
        Structure structure = fused();
        assertThat(structure.pairs().inFile()).isEqualTo(2);
        assertThat(structure.pairs().fused()).isEqualTo(2);
        assertThat(structure.onIntegers()).isEqualTo(1);
        assertThat(structure.precisions()).singleElement().satisfies(p -> {
            assertThat(p.precision()).isEqualTo("uint8");
            assertThat(p.operators()).containsEntry("QLinearConv", 1);
        });
        assertThat(structure.changes()).extracting(Structure.Change::toString).containsExactly(
                "x -> cq_node (float32 to uint8)", "cq_node -> y (uint8 to float32)");
        assertThat(structure.inFloat()).isEmpty();
    }

    @Test
    void aPairThatRunsAsItStandsNamesTheOperatorsAboutIt() {
        Structure structure = unfused();
        assertThat(structure.pairs().unfused()).extracting(Structure.Unfused::between)
                .containsExactly("input -> Conv", "Conv -> output");
        assertThat(structure.pairs().fused()).isZero();
        assertThat(structure.changes()).isEmpty();
        assertThat(structure.inFloat()).singleElement().satisfies(o -> assertThat(o.fellBack()).isTrue());
    }

    @Test
    void theVerdictNamesWhatWasNotFusedAndWhatFellBack() {
        assertThat(explanation(unfused()).verdict(Explanation.Speed.SLOWER)).isEqualTo(
                "slower: 2 Q/DQ pairs were not fused (1 Conv -> output, 1 input -> Conv); 1 Conv fell back to float");
    }

    @Test
    void theVerdictOfAFasterOneSaysWhatRunsOnIntegers() {
        assertThat(explanation(fused()).verdict(Explanation.Speed.FASTER))
                .isEqualTo("faster: 1 operator on uint8 (1 QLinearConv)");
    }

    @Test
    void whatIsFusedWhollyAndNoFasterNamesItsConversions() {
        assertThat(explanation(fused()).verdict(Explanation.Speed.NO_DIFFERENCE)).isEqualTo("no difference shown: "
                + "2 conversions between precisions (1 DequantizeLinear, 1 QuantizeLinear); all that was quantized runs on "
                + "integers (1 operator on uint8 (1 QLinearConv))");
    }

    @Test
    void layoutsWithoutTypesTakeThePrecisionOfWhatTheyRead() {
        Structure structure = Structure.of(file(), new StructureTest().constant("w", DataType.FLOAT)
                .node("com.microsoft.nchwc", "Conv", "x w", "c_blocked", DataType.UNDEFINED)
                .node(CONTRIB, "QuickGelu", "c_blocked", "y", DataType.UNDEFINED).graph());
        assertThat(structure.precisions()).extracting(Structure.AtPrecision::precision).containsExactly("float32");
        assertThat(structure.onFloats()).isEqualTo(2);
        assertThat(structure.inFloat()).singleElement().satisfies(o -> assertThat(o.fellBack()).isFalse());
    }

    @Test
    void activationsQuantizedInEachRunAreCounted() {
        Structure structure = Structure.of(file(), new StructureTest().constant("w8", DataType.INT8)
                .node("", "DynamicQuantizeLinear", "x", "xq", DataType.UINT8)
                .node("", "ConvInteger", "xq w8", "ci", DataType.UNDEFINED)
                .node("", "Cast", "ci", "y", DataType.FLOAT).graph());
        assertThat(structure.dynamic()).isEqualTo(1);
        assertThat(explanation(structure).verdict(Explanation.Speed.SLOWER)).startsWith("slower: ")
                .contains("1 activation is measured and quantized anew in each run")
                .contains("1 convolution runs as ConvInteger");
    }

    @Test
    void blocksOfFewBitsArePrecisionsOfTheirOwn() {
        Structure structure = Structure.of(file(),
                new StructureTest().node(CONTRIB, "MatMulNBits", "x b s", "y", DataType.FLOAT).graph());
        assertThat(structure.precisions()).extracting(Structure.AtPrecision::precision)
                .containsExactly("int4 weights");
        assertThat(structure.onIntegers()).isEqualTo(1);
    }

    @Test
    void sentencesTellSizeAndArithmeticSaved() {
        assertThat(ExplanationText.lines(explanation(fused()))).containsSequence(
                "Size: 300 bytes, 900 fewer than large.onnx (0.25x).",
                "Multiply-accumulates: 20 fewer than before.").contains("Q/DQ pairs: 2 of 2 fused.");
    }

    @Test
    void jsonHasTheSameFactsAndSaysWhyOneIsMissing() {
        var json = ExplanationJson.of(explanation(unfused()), "slower");
        assertThat(json.path("savings").path("savedBytes").asLong()).isEqualTo(900);
        assertThat(json.path("savings").path("savedMacs").asLong()).isEqualTo(20);
        assertThat(json.path("structure").path("unfused")).hasSize(2);
        assertThat(json.path("structure").path("inFloat").path(0).path("fellBack").asBoolean()).isTrue();
        Explanation blind = new Explanation("small", Reading.unknown("the runtime refuses it"),
                explanation(fused()).savings(), Optional.empty());
        assertThat(ExplanationJson.of(blind, "").path("structure").path("reason").asString())
                .isEqualTo("the runtime refuses it");
        assertThat(blind.verdict()).isEqualTo("not timed");
    }
}
