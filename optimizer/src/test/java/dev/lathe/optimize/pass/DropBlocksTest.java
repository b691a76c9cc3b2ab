package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Tiny;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropBlocksTest {
    @TempDir
    Path folder;

    private PassContext context(Model model) {
        return Tiny.context(folder, Tiny.samples(model, 8, 4));
    }

    private static TensorData small() {
        float[] values = new float[64];
        Arrays.fill(values, 1e-3f);
        return TensorData.ofFloats(List.of(8L, 8L), values);
    }

    /// Three blocks `s + relu(s w)`, of which the middle one does next to nothing, and a head.
    private static Model blocks() {
        return new Tiny().input("x", 1, 8).output("y", 1, 4).weights("wa", 8L, 8L).constant("wb", small())
                .weights("wc", 8L, 8L).weights("head", 8L, 4L)
                .node("MatMul", "x wa", "a").node("Relu", "a", "ra").node("Add", "x ra", "sa")
                .node("MatMul", "sa wb", "b").node("Relu", "b", "rb").node("Add", "rb sa", "sb")
                .node("MatMul", "sb wc", "c").node("Relu", "c", "rc").node("Add", "sb rc", "sc")
                .node("MatMul", "sc head", "y").model(13);
    }

    @Test
    void theBlockThatDoesLeastGoesFirst() {
        Model model = blocks();
        PassOutcome outcome = new DropBlocks().apply(model, context(model));
        assertThat(outcome.changes()).singleElement().asString()
                .startsWith("1 residual blocks dropped (sb_node), with an error of"
                        + " the outputs of ");
        assertThat(outcome.model().graph().nodes()).extracting(Node::opType).containsExactly("MatMul", "Relu", "Add",
                "MatMul", "Relu", "Add", "MatMul");
        assertThat(outcome.model().graph().initializers()).containsOnlyKeys("wa", "wc", "head");
        assertThat(outcome.problems()).extracting(Problem::what).singleElement().asString()
                .startsWith("blocks by what their loss does to the outputs (normalised squared error): sb_node ")
                .contains("sa_node", "sc_node");
        assertThat(Tiny.loads(outcome.model())).isTrue();
    }

    @Test
    void asManyGoAsWereAskedFor() {
        Model model = blocks();
        Model made = new DropBlocks(3, List.of(), List.of()).apply(model, context(model)).model();
        assertThat(made.graph().nodes()).singleElement()
                .satisfies(n -> assertThat(n.inputs()).containsExactly("x", "head"));
        assertThat(new DropBlocks(1, List.of(), List.of("sb_node")).apply(model, context(model)).changes())
                .singleElement()
                .asString().doesNotContain("sb_node");
    }

    @Test
    void blocksAreDroppedOnce() {
        Model model = blocks();
        Model once = new DropBlocks().apply(model, context(model)).model();
        PassOutcome twice = new DropBlocks().apply(once, context(once));
        assertThat(twice.model()).isSameAs(once);
        assertThat(twice.problems()).extracting(Problem::sentence)
                .containsExactly("blocks were dropped before, and no more are: sb_node.");
    }

    @Test
    void aSumThatIsAnOutputOrOfOtherShapesIsNoBlock() {
        Model model = new Tiny().input("x", 1, 8).output("y", 1, 8).output("z", 3, 8).weights("w", 8L, 8L)
                .weights("v", 3L, 1L).node("MatMul", "x w", "a").node("Add", "x a", "y").node("MatMul", "v x", "b")
                .node("Add", "x b", "broadcast").node("Relu", "broadcast", "z").model(13);
        assertThat(new DropBlocks().apply(model, context(model)).problems()).extracting(Problem::sentence)
                .containsExactly(
                        "no residual block was found: no Add of a value and what was made of it, both known to have one shape. Leave the"
                                + " variant out.");
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        Model model = blocks();
        assertThat(new DropBlocks().apply(model, Tiny.context(folder, List.of())).problems())
                .extracting(Problem::sentence)
                .containsExactly(
                        "drop-blocks measures what each block is worth on calibration data and got none. Give --data with"
                                + " samples of real inputs, or leave the step out.");
        assertThat(new DropBlocks(4, List.of(), List.of()).apply(model, context(model)).problems())
                .extracting(Problem::sentence)
                .containsExactly("count is 4, and there are 3 residual blocks. Choose a smaller count.");
        assertThatThrownBy(() -> Passes.step("drop-blocks:count=0")).hasMessageContaining(
                "count must be at least 1, and is 0");
        Model quantized = new QuantizeDynamic().apply(model, context(model)).model();
        assertThat(new DropBlocks().apply(quantized, context(model)).problems()).extracting(Problem::remedy)
                .containsExactly("Put drop-blocks before the step that quantizes, and start from the float model.");
    }
}
