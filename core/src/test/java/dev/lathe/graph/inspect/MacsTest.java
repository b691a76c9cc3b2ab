package dev.lathe.graph.inspect;

import static dev.lathe.graph.Models.branch;
import static dev.lathe.graph.Models.graph;
import static dev.lathe.graph.Models.model;
import static dev.lathe.graph.Models.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Models;
import dev.lathe.graph.Node;
import dev.lathe.graph.ValueInfo;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The expected numbers are worked out by hand from the operators' definitions.
class MacsTest {
    private static final Sizes ONE = Sizes.ofBatch(1);

    private static Macs macs(Model model, Sizes sizes) {
        return Macs.of(model, model, sizes);
    }

    private static Macs macs(Node node, ValueInfo output, ValueInfo... inputs) {
        return macs(model(graph(Arrays.asList(inputs), List.of(output), new LinkedHashMap<>(), List.of(), node)), ONE);
    }

    private static Node node(String domain, String opType, String inputs, Attribute... attributes) {
        return new Node("n", domain, opType, List.of(inputs.split(" ")), List.of("y"), List.of(attributes),
                Extra.NONE);
    }

    private static Attribute flag(String name) {
        return Attribute.of(name, new Attribute.IntValue(1));
    }

    private static void is(Macs macs, long total) {
        assertThat(macs.total().toOptional()).as(macs.toString()).contains(total);
        assertThat(macs.atLeast()).isEqualTo(total);
        assertThat(macs.perNode()).containsExactly(Map.entry("n", total));
    }

    private static void unknown(Macs macs, String why) {
        assertThat(macs.total()).isEqualTo(Reading.unknown(why));
    }

    @Test
    void aConvolutionTakesItsKernelForEachOutput() {
        is(macs(node("", "Conv", "x w"), value("y", 2, 8, 5, 6), value("x", 2, 4, 7, 8), value("w", 8, 4, 3, 3)),
                2L * 8 * 5 * 6 * 4 * 3 * 3);
    }

    @Test
    void aDepthwiseConvolutionTakesOneChannel() {
        is(macs(node("", "Conv", "x w"), value("y", 1, 4, 5, 5), value("x", 1, 4, 5, 5), value("w", 4, 1, 3, 3)),
                4L * 25 * 9);
    }

    @Test
    void quantizedConvolutionsAreThoseOfFloats() {
        is(macs(node("", "QLinearConv", "x s z w s2 z2 s3 z3"), value("y", 1, 8, 5, 5), value("w", 8, 4, 3, 3)),
                8L * 25 * 36);
        is(macs(node("", "ConvInteger", "x w"), value("y", 1, 8, 5, 5), value("w", 8, 4, 3, 3)), 8L * 25 * 36);
        is(macs(node("com.microsoft", "FusedConv", "x w"), value("y", 1, 8, 5, 5), value("w", 8, 4, 3, 3)),
                8L * 25 * 36);
    }

    @Test
    void aTransposedConvolutionTakesItsKernelForEachInput() {
        is(macs(node("", "ConvTranspose", "x w"), value("y"), value("x", 1, 4, 5, 5), value("w", 4, 8, 2, 2)),
                4L * 25 * 8 * 4);
    }

    @Test
    void aProductOfMatricesIsRowsTimesInnerTimesColumns() {
        is(macs(node("", "Gemm", "a b"), value("y"), value("a", 2, 3), value("b", 3, 5)), 30);
        is(macs(node("", "Gemm", "a b", flag("transA"), flag("transB")), value("y"), value("a", 3, 2),
                value("b", 5, 3)), 30);
        is(macs(node("com.microsoft", "QGemm", "a s z b", flag("transB")), value("y"), value("a", 2, 3),
                value("b", 5, 3)), 30);
        is(macs(node("", "QLinearMatMul", "a s z b s2 z2 s3 z3"), value("y"), value("a", 2, 3), value("b", 3, 5)),
                30);
    }

    @Test
    void productsOfManyMatricesBroadcast() {
        is(macs(node("", "MatMul", "a b"), value("y"), value("a", 7, 1, 2, 3), value("b", 4, 3, 5)), 7L * 4 * 30);
        is(macs(node("", "MatMul", "a b"), value("y"), value("a", 7, 2, 3), value("b", 3)), 7L * 6);
        is(macs(node("", "MatMulInteger", "a b"), value("y"), value("a", 3), value("b", 3)), 3);
    }

    @Test
    void packedWeightsTellTheirColumns() {
        is(macs(node("com.microsoft", "MatMulNBits", "a b s", Attribute.of("N", new Attribute.IntValue(5))),
                value("y"), value("a", 4, 2, 3)), 4L * 2 * 3 * 5);
    }

    @Test
    void aRecurrentLayerTakesAllWeightsAtEachStep() {
        is(macs(node("", "LSTM", "x w r"), value("y"), value("x", 10, 2, 3), value("w", 1, 16, 3),
                value("r", 1, 16, 4)), 10L * 2 * (16 * 3 + 16 * 4));
        is(macs(node("", "GRU", "x w r"), value("y"), value("x", 10, 2, 3), value("w", 2, 12, 3),
                value("r", 2, 12, 4)), 10L * 2 * (24 * 3 + 24 * 4));
    }

    @Test
    void otherOperatorsTakeNone() {
        Macs macs = macs(node("", "Softmax", "x"), value("y", 1000), value("x", 1000));
        assertThat(macs.total().toOptional()).contains(0L);
        assertThat(macs.perNode()).isEmpty();
    }

    @Test
    void weightsBehindDequantizeLinearHaveItsInputsShape() {
        Node dequantize = Models.node("DequantizeLinear", "w", "q", "scale");
        Model model = model(graph(List.of(value("x", 2, 3), value("q", 3, 5)), List.of(value("y")),
                new LinkedHashMap<>(), List.of(), dequantize, node("", "MatMul", "x w")));
        is(macs(model, ONE), 30);
    }

    @Test
    void openDimensionsTakeTheGivenSizes() {
        Model model = model(graph(List.of(value("x", "N", "length", 3), value("w", 3, 5)), List.of(value("y")),
                new LinkedHashMap<>(), List.of(), node("", "MatMul", "x w")));
        is(macs(model, ONE.with("length", 7)), 7 * 15);
        is(macs(model, Sizes.ofBatch(4).with("length", 7)), 4 * 7 * 15);
        unknown(macs(model, ONE), "node n (MatMul): the dimension length of x has no size");
    }

    @Test
    void dimensionsWithoutANameAreBoundByPlace() {
        Model model = model(graph(List.of(value("x", "?", "?", 3), value("w", 3, 5)), List.of(value("y")),
                new LinkedHashMap<>(), List.of(), node("", "MatMul", "x w")));
        is(macs(model, Sizes.ofBatch(2).with("x[1]", 7)), 2 * 7 * 15);
        assertThat(macs(model, Sizes.ofBatch(2).with("x[1]", 7)).sizes().symbols()).containsKey("x[1]");
        unknown(macs(model, ONE), "node n (MatMul): a dimension of x has no size");
    }

    @Test
    void aFixedBatchIsSaidAsItIs() {
        Model model = model(graph(List.of(value("x", 10, 3), value("w", 3, 5)), List.of(value("y")),
                new LinkedHashMap<>(), List.of(), node("", "MatMul", "x w")));
        Macs macs = macs(model, ONE.with("unrelated", 3));
        assertThat(macs.sizes()).isEqualTo(Sizes.ofBatch(10));
        is(macs, 150);
    }

    @Test
    void aSequenceInFrontIsNoBatch() {
        Model model = model(graph(List.of(value("x", "seq_len", "batch", 3), value("w", 3, 5)), List.of(value("y")),
                new LinkedHashMap<>(), List.of(), node("", "MatMul", "x w")));
        is(macs(model, Sizes.ofBatch(2).with("seq_len", 7)), 2 * 7 * 15);
    }

    @Test
    void aPartIsNeverShownAsTheTotal() {
        Model model = model(graph(List.of(value("x", 2, 3), value("w", 3, 5)), Models.floats(List.of("z")),
                new LinkedHashMap<>(), List.of(), Models.node("MatMul", "y", "x", "w"),
                Models.node("MatMul", "z", "nothing", "w")));
        Macs macs = macs(model, ONE);
        unknown(macs, "node z (MatMul): the shape of nothing is not known");
        assertThat(macs.atLeast()).isEqualTo(30);
        assertThat(macs.perNode()).containsExactly(Map.entry("y", 30L));
    }

    @Test
    void workInBranchesIsUnknown() {
        Graph then = graph(List.of(), List.of("t"), List.of(), Models.node("MatMul", "t", "x", "x"));
        Graph otherwise = graph(List.of(), List.of("e"), List.of(), Models.node("Relu", "e", "x"));
        unknown(macs(model(graph(List.of("x", "c"), List.of("y"), List.of(), branch("y", "c", then, otherwise))), ONE),
                "node t (MatMul) is inside the If node y: whether and how often it runs is decided at run time");
        Model idle = model(
                graph(List.of("x", "c"), List.of("y"), List.of(), branch("y", "c", otherwise, otherwise)));
        assertThat(macs(idle, ONE).total().toOptional()).contains(0L);
    }

    @Test
    void operatorsNobodyKnowsAreUnknown() {
        unknown(macs(node("com.example", "Magic", "x"), value("y"), value("x", 1)),
                "node n (com.example:Magic): how often this operator multiplies is not known");
        unknown(macs(node("", "Einsum", "x"), value("y"), value("x", 1)),
                "node n (Einsum): how often this operator multiplies is not known");
    }

    @Test
    void callsOfTheModelsFunctionsAreUnknown() {
        Model plain = model(graph(List.of(value("x", 1)), List.of(value("y")), new LinkedHashMap<>(), List.of(),
                node("own", "f", "x")));
        Model model = new Model(plain.graph(), List.of(new Model.Function("own", "f", Extra.NONE)), plain.opsets(), 8,
                plain.metadata(), Extra.NONE);
        unknown(macs(model, ONE),
                "node n (own:f): it calls a function of the model, and functions are not looked into");
    }

    @Test
    void shapesThatContradictEachOtherAreUnknown() {
        unknown(macs(node("", "MatMul", "a b"), value("y"), value("a", 2, 3), value("b", 4, 5)),
                "node n (MatMul): its matrices [2, 3] and [4, 5] do not fit each other");
        unknown(macs(node("", "Conv", "x w"), value("y", 1, 1, 1), value("w", 8)),
                "node n (Conv): its weight has the shape [8], and Conv wants 3 or more");
        long huge = 1L << 40;
        unknown(macs(node("", "MatMul", "a b"), value("y"), value("a", huge, huge), value("b", huge, 5)),
                "node n (MatMul): its shapes give more than 2^63");
    }

    private static Node contrib(String operator, String inputs) {
        int colon = operator.lastIndexOf(':');
        return new Node("n", operator.substring(0, colon), operator.substring(colon + 1),
                List.of(inputs.split(" ", -1)),
                List.of("y"), List.of(), Extra.NONE);
    }

    @Test
    void oneNodeIsCountedWithTheShapesItRanWith() {
        Map<String, List<Long>> image = Map.of("x", List.of(1L, 8L, 10L, 10L), "w", List.of(16L, 8L, 3L, 3L), "y",
                List.of(1L, 16L, 10L, 10L));
        assertThat(Macs.ofNode(contrib("com.microsoft.nchwc:Conv", "x w"), image))
                .isEqualTo(Reading.known(1600L * 72, "shapes of a run"));
        assertThat(Macs.ofNode(contrib("com.microsoft:QLinearConv", "x a b w"), image))
                .isEqualTo(Reading.known(1600L * 72, "shapes of a run"));
        assertThat(Macs.ofNode(contrib("com.microsoft.nchwc:ReorderOutput", "x"), image))
                .isEqualTo(Reading.known(0L, "shapes of a run"));
        assertThat(Macs.ofNode(contrib("com.microsoft:Conjecture", "x"), image))
                .isEqualTo(Reading.unknown("how often this operator multiplies is not known"));
        assertThat(Macs.ofNode(contrib("com.microsoft.nchwc:Conv", "x v"), image))
                .isEqualTo(Reading.unknown("the shape of v is not known"));
    }

    @Test
    void fusedAttentionIsItsProjectionsAndItsScores() {
        // 2 sequences of 5 tokens, 12 wide: 10 x 12 x 36 for the projections, twice 2 x 5 x 5 x 12 for scores and sums
        Map<String, List<Long>> shapes = Map.of("x", List.of(2L, 5L, 12L), "w", List.of(12L, 36L), "y",
                List.of(2L, 5L, 12L));
        long expected = 10 * 12 * 36 + 2 * 2 * 5 * 5 * 12;
        assertThat(Macs.ofNode(contrib("com.microsoft:Attention", "x w"), shapes))
                .isEqualTo(Reading.known(expected, "shapes of a run"));
        assertThat(Macs.ofNode(contrib("com.microsoft:QAttention", "x w"), shapes))
                .isEqualTo(Reading.known(expected, "shapes of a run"));
        assertThat(Macs.ofNode(contrib("com.microsoft:MultiHeadAttention", "x x x"), shapes))
                .isEqualTo(Reading.known(2L * 2 * 5 * 5 * 12, "shapes of a run"));
        assertThat(Macs.ofNode(contrib("com.microsoft:MultiHeadAttention", "x w w"), shapes))
                .isEqualTo(Reading.unknown("its packed or past keys are not counted"));
    }
}
