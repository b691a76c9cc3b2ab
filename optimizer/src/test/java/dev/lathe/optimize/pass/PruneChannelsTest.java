package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Problem;
import dev.lathe.base.Severity;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Shared;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruneChannelsTest {
    @TempDir
    Path folder;

    private final Model network = Tiny.network();

    private PassContext context(Model model, int samples) {
        return Tiny.context(folder, samples == 0 ? List.of() : Tiny.samples(model, samples, 2));
    }

    private static Pass pass(String flag) {
        return Passes.of(Passes.step("prune-channels" + flag));
    }

    private PassOutcome outcome(Model model, String flag, int samples) {
        return pass(flag).apply(model, context(model, samples));
    }

    private static long width(Model model, String weights) {
        return model.graph().initializers().getOrDefault(weights, TensorData.ofFloats(List.of(0L))).shape()
                .getFirst();
    }

    private static double error(Model wanted, Model got, List<SequencedMap<String, Tensor>> samples) {
        double error = 0;
        List<SequencedMap<String, Tensor>> expected = Tiny.run(wanted, samples);
        List<SequencedMap<String, Tensor>> seen = Tiny.run(got, samples);
        for (int s = 0; s < samples.size(); s++) {
            float[] a = expected.get(s).firstEntry().getValue().floats();
            float[] b = seen.get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                error += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            }
        }
        return error;
    }

    @Test
    void nothingToCutLeavesTheSameModel() {
        assertThat(outcome(network, ":ratio=0", 2).model()).isSameAs(network);
        assertThat(outcome(network, ":ratio=0,macs=0,importance=l1", 0).model()).isSameAs(network);
    }

    @Test
    void aRatioCutsThatPartOfEachGroupToLikedWidths() {
        PassOutcome outcome = outcome(network, ":ratio=0.5,round-to=4", 4);
        assertThat(width(outcome.model(), "wb")).isEqualTo(4);
        assertThat(width(outcome.model(), "wg")).as("the output's own").isEqualTo(4);
        assertThat(outcome.changes().getFirst()).asString().matches("\\d+ channels cut of \\d+ in \\d groups");
        assertThat(outcome.problems()).allMatch(p -> p.severity() == Severity.NOTE).extracting(Problem::sentence)
                .anyMatch(s -> s.contains("channels that cannot be cut: y_node (4: it is the graph's output y)"));
    }

    @Test
    void singleGroupsHaveRatiosOfTheirOwn() {
        Pass pass = Passes.of(Step.of("prune-channels",
                Map.of("ratio", 0, "round-to", 2, "importance", "l1", "ratios", Map.of("b_*", 0.25))));
        Model made = pass.apply(network, context(network, 0)).model();
        assertThat(width(made, "wb")).isEqualTo(6);
        assertThat(width(made, "wd")).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"l1", "l2", "geometric-median", "activation-variance", "reconstruction"})
    void everyImportanceCutsDeadChannelsFirst(String importance) {
        TensorData weights = Tiny.network().graph().initializers().getOrDefault("wb", TensorData.ofFloats(List.of()));
        float[] values = weights.floats();
        int perChannel = values.length / 8;
        for (int i = 0; i < values.length; i++) {
            int channel = i / perChannel;
            values[i] = channel == 2 || channel == 5 ? 0 : values[i];
        }
        Model dead = withConstant(withConstant(network, "wb", TensorData.ofFloats(weights.shape(), values)), "biasb",
                TensorData.ofFloats(List.of(8L), new float[8]));
        Pass pass = pass(":ratio=0.25,round-to=2,include=b_node,recovery=false,importance=" + importance);
        Model made = pass.apply(dead, context(dead, 4)).model();
        assertThat(width(made, "wb")).isEqualTo(6);
        assertThat(error(dead, made, Tiny.samples(dead, 4, 2))).isLessThan(1e-8);
    }

    private static Model withConstant(Model model, String name, TensorData tensor) {
        var constants = new java.util.LinkedHashMap<>(model.graph().initializers());
        constants.put(name, tensor);
        return model.withGraph(model.graph().withInitializers(constants));
    }

    @Test
    void fittingMakesUpForMostOfWhatWasCut() {
        Model digits = OnnxReader.read(Shared.sample("digits.onnx"));
        Model clean = new ConstantsToInitializers().apply(digits, context(digits, 0)).model();
        List<SequencedMap<String, Tensor>> others = Tiny.samples(clean, 24, 2).subList(16, 24);
        Model plain = outcome(clean, ":ratio=0.25,recovery=false,include=/6/a/a.0/Conv", 16).model();
        Model fitted = outcome(clean, ":ratio=0.25,include=/6/a/a.0/Conv", 16).model();
        assertThat(error(clean, fitted, others)).isLessThan(error(clean, plain, others) / 2);
    }

    @Test
    void macsAreTakenWhereOutputsSufferLeast() {
        PassOutcome outcome = outcome(network, ":macs=0.3,round-to=2", 4);
        assertThat(outcome.changes().get(1).what()).isEqualTo("% of the multiply-accumulates removed");
        assertThat(outcome.changes().get(1).count()).isBetween(30L, 60L);
        PassOutcome even = outcome(network, ":macs=0.3,round-to=2,uniform=true,importance=l2", 4);
        assertThat(even.changes().get(1).count()).isBetween(30L, 60L);
    }

    @Test
    void aGoalInTimeIsMetWhereTheTimeIs() {
        SortedMap<String, Double> ns = new TreeMap<>();
        network.graph().nodes().forEach(n -> ns.put(n.label(), 1.0));
        PruneChannels open = (PruneChannels) pass(":time=0.3,round-to=2,importance=l2");
        ns.put("b_node", 1000.0);
        assertThat(open.timed(network, context(network, 8), ns).ratios()).as("one operator takes it all")
                .containsKey("b_node").doesNotContainKey("c_node");
        PruneChannels settled = open.timed(network, context(network, 8), ns);
        assertThat(settled.time()).isZero();
        Model made = settled.apply(network, context(network, 8)).model();
        assertThat(width(made, "wb")).isEqualTo(Math.round(8 * (1 - settled.ratios().getOrDefault("b_node", 0.0))));
    }

    @Test
    void withoutTimesMultiplyAccumulatesStandInForThem() {
        PassOutcome outcome = outcome(network, ":time=0.3,round-to=2", 4);
        assertThat(outcome.problems()).filteredOn(p -> p.severity() == Severity.WARNING).extracting(Problem::sentence)
                .containsExactly("what each operator takes on this machine was not measured: multiply-accumulates stand"
                        + " in for time. Make the variant with optimize or auto, which measure it, or ask for macs.");
        assertThat(outcome.changes()).isEqualTo(outcome(network, ":macs=0.3,round-to=2", 4).changes());
    }

    @Test
    void widthsThatAreLeftOpenAreMultiplesOfEight() {
        assertThat(new PruneChannels().roundTo()).isZero();
        assertThat(new PruneChannels().roundedTo(16).roundTo()).isEqualTo(16);
        assertThat(((PruneChannels) pass(":round-to=4")).roundedTo(16).roundTo()).isEqualTo(4);
        Model wide = new Tiny().input("x", -1, 8).output("y", -1, 4).weights("w", 8L, 64L).weights("v", 64L, 4L)
                .node("MatMul", "x w", "a").node("Relu", "a", "r").node("MatMul", "r v", "y").model(13);
        assertThat(width(outcome(wide, ":ratio=0.3,importance=l1", 0).model(), "v")).isEqualTo(48);
    }

    @Test
    void aPermittedErrorIsKept() {
        PassOutcome outcome = outcome(network, ":max-error=0.05,round-to=1", 8);
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(network, 8, 2);
        double all = error(network, withConstant(network, "wg", TensorData.ofFloats(List.of(4L, 16L), new float[64])),
                samples);
        assertThat(error(network, outcome.model(), samples) / all).isLessThan(0.05);
    }

    @Test
    void aPermittedErrorIsMeasuredOnSamplesThatNothingWasFittedTo() {
        assertThat(outcome(network, ":max-error=0.05,round-to=1", 16).problems()).extracting(Problem::sentence)
                .anyMatch(s -> s.matches("squared error of the outputs, of what they vary by, on 4 calibration samples"
                        + " that nothing was fitted to: .* when cut, .* after fitting\\."));
        assertThat(outcome(network, ":ratio=0.25,round-to=2", 16).problems()).extracting(Problem::sentence)
                .anyMatch(s -> s.startsWith("squared error of the outputs, of what they vary by, on 16 calibration"
                        + " samples: "));
    }

    @Test
    void whatCannotBeAskedForIsSaid() {
        assertThatThrownBy(() -> pass(":ratio=1.5")).hasMessageContaining("ratio must be in 0..1, and is 1.5");
        assertThatThrownBy(() -> pass(":time=2")).hasMessageContaining("time must be in 0..1, and is 2");
        assertThatThrownBy(() -> pass(":macs=0.2,time=0.2"))
                .hasMessageContaining("macs (0.2) and time (0.2) are two goals: give one of them");
        assertThatThrownBy(() -> pass(":macs=-0.1")).hasMessageContaining("macs must be in 0..1, and is -0.1");
        assertThatThrownBy(() -> pass(":macs=30"))
                .hasMessageContaining("macs must be in 0..1, and is 30.0: write 0.3 for 30.0 %");
        assertThat(outcome(network, ":ratio=1", 2).problems()).extracting(Problem::sentence).containsExactly(
                "a_node: the ratio 1.0 would leave none of its 8 channels. Use less than 1.");
        Pass unknown = Passes.of(Step.of("prune-channels", Map.of("ratios", Map.of("nobody", 0.5))));
        assertThat(unknown.apply(network, context(network, 2)).problems()).extracting(Problem::sentence)
                .singleElement().asString().startsWith("nobody: there is no group of channels of this name."
                        + " Use names of these, or globs: a_node, b_node");
    }

    @Test
    void withoutDataOnlyWeightsAreLookedAtAndThatIsSaid() {
        assertThat(outcome(network, "", 0).problems()).extracting(Problem::sentence).containsExactly(
                "the importance reconstruction needs calibration data and got none. Give --data with samples of real"
                        + " inputs that it sets apart, or look at the weights alone, which costs far more accuracy:"
                        + " --pass prune-channels:macs=0.3,importance=l1 (or l2, geometric-median).");
        PassOutcome outcome = outcome(network, ":ratio=0.5,round-to=4,importance=l1", 0);
        assertThat(outcome.hasFailed()).isFalse();
        assertThat(outcome.problems()).filteredOn(p -> p.severity() == Severity.WARNING).extracting(Problem::sentence)
                .containsExactly(
                        "no calibration data: channels were chosen by their weights alone and nothing was fitted"
                                + " afterwards. Give --data with samples of real inputs.");
    }

    @Test
    void whatIsNarrowOrFrozenIsLeftAloneWithTheReason() {
        Model narrow = new Tiny().input("x", -1, 3).output("y", -1, 2).weights("w", 3L, 1L).weights("v", 1L, 2L)
                .node("MatMul", "x w", "a").node("MatMul", "a v", "y").model(13);
        assertThat(outcome(narrow, "", 2).problems()).extracting(Problem::sentence)
                .containsExactly("nothing to prune: no channels with weights can be cut: y_node (2: it is the graph's"
                        + " output y). Leave the variant out.");
        Model normalized = new Tiny().input("x", -1, 3).output("y", -1, 2).weights("w", 3L, 8L).weights("s", 8L)
                .weights("v", 8L, 2L).node("MatMul", "x w", "a").node("LayerNormalization", "a s", "b")
                .node("MatMul", "b v", "y").model(17);
        assertThat(outcome(normalized, "", 2).problems()).extracting(Problem::sentence).singleElement().asString()
                .contains("a_node (8: node b_node (LayerNormalization) takes mean and variance over it, which all"
                        + " channels enter)");
    }

    @Test
    void whatIsLeftOutOrHalfIsNotCut() {
        assertThat(outcome(network, ":exclude=Conv", 2).problems()).extracting(Problem::sentence).singleElement()
                .asString()
                .isEqualTo("nothing left to prune of 3 groups of channels: 3 not selected. Widen include or exclude"
                        + " less, or leave the variant out.");
        Model half = new ConvertFloat16().apply(network, context(network, 0)).model();
        assertThat(outcome(half, ":importance=l1", 0).problems()).extracting(Problem::sentence).singleElement()
                .asString()
                .isEqualTo("nothing left to prune of 3 groups of channels: 3 with weights that are not float32."
                        + " Prune the float32 model and convert the result, or leave the variant out.");
    }

    @Test
    void aPrunedModelIsNotPrunedOnceMore() {
        Model pruned = outcome(network, ":ratio=0.5,round-to=4", 2).model();
        assertThat(outcome(pruned, ":ratio=0.5", 2).problems()).extracting(Problem::sentence).singleElement()
                .asString()
                .matches("the model was pruned already: \\d+ % of the multiply-accumulates removed. Start from"
                        + " the model it was made of, and ask for all that is to go at once.");
    }

    @Test
    void aQuantizedModelIsToldTheOrder() {
        Model quantized = new QuantizeStatic().apply(network, context(network, 4)).model();
        assertThat(outcome(quantized, "", 2).problems()).extracting(Problem::sentence).singleElement().asString()
                .contains("the model is quantized already: it has ")
                .endsWith(", and rounded weights cannot make up for what is cut. Prune the float model and quantize the"
                        + " result, as the preset pruned-int8 does.");
    }
}
