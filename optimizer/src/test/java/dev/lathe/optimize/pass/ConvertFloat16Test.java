package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.lathe.base.Problem;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertFloat16Test {
    @TempDir
    Path folder;

    private PassContext context(Model model) {
        return Tiny.context(folder, Tiny.samples(model, 4, 4));
    }

    private Model made(Model model) {
        return made(new ConvertFloat16(), model);
    }

    private Model made(ConvertFloat16 pass, Model model) {
        PassContext context = context(model);
        PassOutcome outcome = pass.apply(model, context);
        assertThat(outcome.hasFailed()).as(outcome.problems().toString()).isFalse();
        assertThat(context.laboratory().check(outcome.model())).isEmpty();
        assertThat(context.laboratory().load(outcome.model())).isEmpty();
        return outcome.model();
    }

    private static double difference(Model wanted, Model got, List<SequencedMap<String, Tensor>> samples) {
        List<SequencedMap<String, Tensor>> expected = Tiny.run(wanted, samples);
        List<SequencedMap<String, Tensor>> seen = Tiny.run(got, samples);
        double largest = 0;
        double difference = 0;
        for (int s = 0; s < expected.size(); s++) {
            float[] a = expected.get(s).firstEntry().getValue().floats();
            float[] b = seen.get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                largest = Math.max(largest, Math.abs(a[i]));
                difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
            }
        }
        return difference / largest;
    }

    private static double difference(Model wanted, Model got) {
        return difference(wanted, got, Tiny.samples(wanted, 4, 4));
    }

    private static DataType type(Model model, String constant) {
        return model.graph().initializers().getOrDefault(constant, TensorData.ofInts(List.of())).type();
    }

    private static long casts(Model model) {
        return model.graph().nodes().stream().filter(n -> n.is("Cast")).count();
    }

    @Test
    void aNetworkKeepsFloatEndsAndGetsOneCastAtEach() {
        Model network = Tiny.network();
        Model made = made(network);
        assertThat(casts(made)).isEqualTo(2);
        assertThat(made.graph().initializers().values()).allMatch(t -> t.type() == DataType.FLOAT16);
        assertThat(made.graph().initializers().keySet()).isEqualTo(network.graph().initializers().keySet());
        assertThat(made.graph().inputs()).isEqualTo(network.graph().inputs());
        assertThat(difference(network, made)).isBetween(1e-6, 5e-3);
    }

    @Test
    void theOutcomeSaysThatAProcessorGainsNoTime() {
        PassOutcome outcome = new ConvertFloat16().apply(Tiny.network(), context(Tiny.network()));
        assertThat(outcome.problems()).extracting(Problem::sentence)
                .containsExactly("on a processor float16 saves memory"
                        + " and no time: the runtime calculates in float32 and converts.");
        PassOutcome unseen = new ConvertFloat16().apply(Tiny.network(), Tiny.context(folder, List.of()));
        assertThat(unseen.problems()).extracting(Problem::sentence).contains("without calibration data only constants"
                + " decided what stays float32; values that exceed 65504 inside the model become infinite.");
    }

    @Test
    void saysNothingOfProcessorsForADeviceBesideThem() {
        PassContext processor = context(Tiny.network());
        PassContext device = new PassContext(processor.laboratory(), processor.calibration(),
                OptimizationTarget.elsewhere("cuda"), processor.scratch(), processor.progress(),
                processor.cancellation());
        assertThat(new ConvertFloat16().apply(Tiny.network(), device).problems()).isEmpty();
    }

    @Test
    void endsBecomeFloat16WhereThatIsAskedFor() {
        Model network = Tiny.network();
        Model made = made(new ConvertFloat16(false, 512, List.of(), List.of(), List.of()), network);
        assertThat(casts(made)).isZero();
        assertThat(made.graph().inputs()).extracting(ValueInfo::type).containsExactly(DataType.FLOAT16);
        assertThat(made.graph().outputs()).extracting(ValueInfo::type).containsExactly(DataType.FLOAT16);
        List<SequencedMap<String, Tensor>> samples = new ArrayList<>();
        Tiny.samples(network, 4, 4).forEach(s -> samples.add(new LinkedHashMap<>(Map.of("x",
                Tensor.ofFloats(DataType.FLOAT16, s.firstEntry().getValue().shape(),
                        s.firstEntry().getValue().floats())))));
        float[] got = Tiny.run(made, samples).getFirst().firstEntry().getValue().floats();
        float[] wanted = Tiny.run(network, Tiny.samples(network, 4, 4)).getFirst().firstEntry().getValue().floats();
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).isCloseTo(wanted[i], offset(0.02f));
        }
    }

    @Test
    void valuesBeyondTheLimitStayFloatAndAreCastOnce() {
        Model model = new Tiny().input("x", -1, 16).output("y", -1, 16).weights("w", 16L, 16L)
                .constant("large", TensorData.ofFloats(List.of(), 60))
                .constant("small", TensorData.ofFloats(List.of(), 0.01f))
                .node("MatMul", "x w", "a").node("Mul", "a large", "b").node("Mul", "b large", "c")
                .node("Mul", "c small", "d").node("Mul", "c small", "e").node("Add", "d e", "f")
                .node("Mul", "f small", "g").node("Mul", "g small", "h").node("MatMul", "h w", "y").model(13);
        Model made = made(model);
        assertThat(type(made, "w")).isEqualTo(DataType.FLOAT16);
        assertThat(made.graph().nodes()).filteredOn(n -> n.is("Cast")).extracting(n -> n.inputs().getFirst())
                .doesNotHaveDuplicates().contains("b_float16");
        assertThat(difference(model, made)).isLessThan(5e-3);
        Model unlimited = made(new ConvertFloat16(true, 65504, List.of(), List.of(), List.of()), model);
        assertThat(casts(unlimited)).isEqualTo(2).isLessThan(casts(made));
    }

    @Test
    void aResultThatIsNotFiniteTakesItsOperatorBack() {
        Model model = new Tiny().input("x", -1, 8).output("y", -1, 8).weights("w", 8L, 8L)
                .constant("tiny",
                        TensorData.ofFloats(List.of(8L), 1e-9f, 1e-9f, 1e-9f, 1e-9f, 1e-9f, 1e-9f, 1e-9f, 1e-9f))
                .constant("zero", TensorData.ofFloats(List.of(), 0))
                .node("MatMul", "x w", "a").node("Mul", "a zero", "none").node("Add", "none tiny", "s")
                .node("Div", "s s", "one").node("Add", "one a", "b").node("MatMul", "b w", "y").model(13);
        Model made = made(model);
        assertThat(type(made, "w")).isEqualTo(DataType.FLOAT16);
        assertThat(difference(model, made)).isLessThan(5e-3);
    }

    @Test
    void aTinyConstantKeepsItsOperatorInFloat() {
        Model model = new Tiny().input("x", -1, 8).output("y", -1, 8).weights("w", 8L, 8L)
                .constant("epsilon", TensorData.ofFloats(List.of(), 1e-5f)).node("MatMul", "x w", "a")
                .node("Abs", "a", "b").node("Add", "b epsilon", "c").node("MatMul", "c w", "y").model(13);
        Model made = made(model);
        assertThat(type(made, "epsilon")).isEqualTo(DataType.FLOAT);
        assertThat(type(made, "w")).isEqualTo(DataType.FLOAT16);
    }

    @Test
    void aConstantThatBothKindsReadIsKeptInBothForms() {
        Model model = new Tiny().input("x", -1, 8).output("y", -1, 8).weights("w", 8L, 8L).node("MatMul", "x w", "a")
                .node("MatMul", "a w", "y").model(13);
        Model made = made(new ConvertFloat16(true, 512, List.of(), List.of(), List.of("y_node")), model);
        assertThat(type(made, "w")).isEqualTo(DataType.FLOAT);
        assertThat(type(made, "w_float16")).isEqualTo(DataType.FLOAT16);
        Model blocked = made(new ConvertFloat16(true, 512, List.of("MatMul"), List.of(), List.of()), new Tiny()
                .input("x", -1, 8).output("y", -1, 8).weights("w", 8L, 8L).weights("b", 8L)
                .node("MatMul", "x w", "a").node("Add", "a b", "y").model(13));
        assertThat(type(blocked, "w")).isEqualTo(DataType.FLOAT);
    }

    @Test
    void subgraphsReadTheFloatTheyAlwaysRead() {
        ValueInfo out = ValueInfo.tensor("inner", DataType.FLOAT);
        Graph then = new Graph("then", List.of(Node.of("n1", "Relu", List.of("a"), List.of("inner"))), List.of(),
                List.of(out), new LinkedHashMap<>(), List.of(), Extra.NONE);
        Graph other = new Graph("else", List.of(Node.of("n2", "Neg", List.of("a"), List.of("inner"))), List.of(),
                List.of(out), new LinkedHashMap<>(), List.of(), Extra.NONE);
        Model model = new Tiny().input("x", -1, 8).output("y", -1, 8).weights("w", 8L, 8L)
                .constant("yes", TensorData.ofBytes(DataType.BOOL, List.of(), (byte) 1)).node("MatMul", "x w", "a")
                .node("If", "yes", "b", Attribute.of("then_branch", new Attribute.GraphValue(then)),
                        Attribute.of("else_branch", new Attribute.GraphValue(other)))
                .node("MatMul", "b w", "y").model(13);
        Model made = made(model);
        assertThat(type(made, "w")).isEqualTo(DataType.FLOAT16);
        assertThat(difference(model, made)).isLessThan(5e-3);
    }

    @Test
    void integersFromFloatsAreFoundInFloat32() {
        Model model = new Tiny().input("x", -1, 8).output("y", -1, 8).weights("w", 8L, 8L).node("MatMul", "x w", "a")
                .node("Cast", "a", "i", Tiny.number("to", DataType.INT64.number()))
                .node("Cast", "i", "f", Tiny.number("to", DataType.FLOAT.number())).node("Add", "f a", "y").model(13);
        Model made = made(model);
        Node cast = made.graph().nodes().stream().filter(n -> n.outputs().contains("i")).findFirst().orElseThrow();
        assertThat(cast.inputs()).containsExactly("a");
        assertThat(difference(model, made)).isLessThan(5e-3);
    }

    @Test
    void whatCannotBeDoneIsSaidInOneSentence() {
        Model half = made(Tiny.network());
        assertThat(sentence(half)).isEqualTo(
                "wa: the model has float16 in it already. Start from the float model.");
        Model old = new Tiny().input("x", 2).output("y", 2).node("Relu", "x", "y").model(6);
        assertThat(sentence(old)).isEqualTo("the model has opset 6, and float16 needs 7. Put upgrade-opset before this"
                + " pass.");
        Model none = new Tiny().input("x", 2, 2).output("y", 2, 2).node("CumSum", "x zero", "y")
                .constant("zero", TensorData.ofInts(List.of(), 0)).model(13);
        assertThat(sentence(none))
                .isEqualTo("nothing to convert: no operator can calculate in float16. Leave the variant"
                        + " out.");
        Model bare = new Tiny().input("x", 2, 2).output("y", 2, 2).node("Relu", "x", "y").model(13);
        assertThat(sentence(bare))
                .isEqualTo("nothing to convert: no weights would become smaller. Leave the variant out.");
        Model hidden = new Tiny().input("x", 2, 2).output("y", 2, 2).node("Constant", "", "c", Attribute.of("value",
                new Attribute.TensorValue(TensorData.ofFloats(List.of(), 2)))).node("Mul", "x c", "y").model(13);
        assertThat(sentence(hidden)).isEqualTo("nothing to convert: no weights would become smaller. Put"
                + " constants-to-initializers before this pass.");
        Model integers = new QuantizeDynamic()
                .apply(new Tiny().input("x", -1, 8).output("y", -1, 8).weights("w", 8L, 8L)
                        .node("MatMul", "x w", "y").model(13), Tiny.context(folder, List.of()))
                .model();
        assertThat(sentence(integers)).endsWith("Start from the float model.").contains("quantized already");
        assertThatThrownBy(() -> new ConvertFloat16(true, 1e6, List.of(), List.of(), List.of()))
                .hasMessage("max-magnitude must be in 1..65504, and is 1000000.0");
    }

    private String sentence(Model model) {
        PassOutcome outcome = new ConvertFloat16().apply(model, Tiny.context(folder, List.of()));
        assertThat(outcome.hasFailed()).isTrue();
        assertThat(outcome.model()).isSameAs(model);
        return outcome.problems().getFirst().sentence();
    }
}
