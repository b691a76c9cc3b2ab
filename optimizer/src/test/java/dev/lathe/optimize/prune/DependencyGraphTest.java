package dev.lathe.optimize.prune;

import static dev.lathe.optimize.Tiny.number;
import static dev.lathe.optimize.Tiny.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.Tiny;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DependencyGraphTest {

    private static DependencyGraph of(Model model) {
        return Cuts.dependencies(model);
    }

    private static List<String> groups(DependencyGraph graph) {
        return graph.groups().stream().map(g -> g.name() + " " + g.width()).toList();
    }

    private static Tiny chain() {
        return new Tiny().input("x", -1, 4, 6, 6).output("y", -1, 3).weights("w", 8L, 4L, 1L, 1L)
                .weights("v", 8L, 8L, 1L, 1L).weights("f", 8L, 3L);
    }

    private static Tiny head(Tiny tiny, String from) {
        return tiny.node("GlobalAveragePool", from, "pooled").node("Flatten", "pooled", "flat")
                .node("MatMul", "flat f", "y");
    }

    @Test
    void aResidualSumTiesWhatMakesBothSides() {
        DependencyGraph graph = of(
                head(chain().node("Conv", "x w", "a").node("Conv", "a v", "b").node("Add", "a b", "c"),
                        "c").model(13));
        assertThat(groups(graph)).containsExactly("a_node 8");
        assertThat(graph.groups().getFirst().makers()).hasSize(2);
        assertThat(graph.groups().getFirst().readers()).hasSize(2);
        assertThat(graph.frozen()).containsExactly(new FrozenGroup("y_node", 3, "it is the graph's output y"));
    }

    @Test
    void partsOfAConcatAreGroupsOfTheirOwn() {
        DependencyGraph graph = of(new Tiny().input("x", -1, 4, 6, 6).output("y", -1, 3).weights("w", 8L, 4L, 1L, 1L)
                .weights("v", 6L, 4L, 1L, 1L).weights("f", 14L, 3L).node("Conv", "x w", "a").node("Conv", "x v", "b")
                .node("Concat", "a b", "c", number("axis", 1)).node("GlobalAveragePool", "c", "pooled")
                .node("Flatten", "pooled", "flat").node("MatMul", "flat f", "y").model(13));
        assertThat(groups(graph)).containsExactly("a_node 8", "b_node 6");
    }

    @Test
    void headsOfAnAttentionWrittenOutAreUnits() {
        Tiny tiny = new Tiny().input("x", 2, 5, 12).output("y", 2, 5, 12);
        List.of("q", "k", "v", "o").forEach(w -> tiny.weights(w, 12L, 12L));
        tiny.constant("apart", TensorData.ofLongs(List.of(4L), 0, 0, 3, 4))
                .constant("joined", TensorData.ofLongs(List.of(3L), 0, 0, 12));
        for (String w : List.of("q", "k", "v")) {
            tiny.node("MatMul", "x " + w, w + "1").node("Reshape", w + "1 apart", w + "2").node("Transpose", w + "2",
                    w + "3", numbers("perm", 0L, 2L, w.equals("k") ? 3L : 1L, w.equals("k") ? 1L : 3L));
        }
        DependencyGraph graph = of(tiny.node("MatMul", "q3 k3", "s").node("Softmax", "s", "p", number("axis", -1))
                .node("MatMul", "p v3", "c").node("Transpose", "c", "t", numbers("perm", 0L, 2L, 1L, 3L))
                .node("Reshape", "t joined", "u").node("MatMul", "u o", "y").model(13));
        assertThat(groups(graph)).containsExactly("q1_node 3");
        assertThat(graph.groups().getFirst().indicesPerUnit()).isEqualTo(4);
        assertThat(graph.groups().getFirst().makers()).hasSize(3);
    }

    @Test
    void whatStandsAgainstACutIsNamed() {
        Model softmax = head(chain().node("Conv", "x w", "a").node("Softmax", "a", "b", number("axis", 1)), "b")
                .model(13);
        assertThat(of(softmax).frozen().getFirst().why())
                .isEqualTo("node b_node (Softmax) weighs all of it against one another");
        Model unknown = head(chain().node("Conv", "x w", "a").node("LRN", "a", "b", number("size", 3)), "b").model(13);
        assertThat(of(unknown).frozen().getFirst().why())
                .isEqualTo("node b_node (LRN) is no operator that pruning knows");
        Model unread = new Tiny().input("x", -1, 4).output("y", -1, 1).weights("w", 4L, 8L).node("MatMul", "x w", "a")
                .node("ReduceSum", "a", "y").model(11);
        assertThat(of(unread).frozen().getFirst().why())
                .isEqualTo("node y_node (ReduceSum) takes one figure over all of it");
    }

    @Test
    void aChannelThatIsCutLeavesEveryTensorThatHoldsIt() {
        Model model = head(chain().weights("bn", 8L).positive("var", 8L).node("Conv", "x w", "a")
                .node("BatchNormalization", "a bn bn bn var", "n"), "n").model(13);
        DependencyGraph graph = of(model);
        int unit = graph.groups().getFirst().units().get(3);
        Model cut = ChannelCut.cut(model, graph, Set.of(unit));
        assertThat(List.of("w", "bn", "var", "f")).allSatisfy(
                name -> assertThat(cut.graph().constant(name).orElseThrow().shape().getFirst()).isEqualTo(7));
    }

    @Test
    void widthsStayMultiplesAndNeverBecomeNothing() {
        ChannelGroup wide = new ChannelGroup("g", IntStream.range(0, 20).boxed().toList(), 1, List.of(),
                List.of());
        assertThat(Widths.cuts(wide, 8)).containsExactly(4, 12);
        ChannelGroup narrow = new ChannelGroup("g", List.of(1, 2, 3), 1, List.of(), List.of());
        assertThat(Widths.cuts(narrow, 8)).containsExactly(1, 2);
        ChannelGroup heads = new ChannelGroup("g", List.of(1, 2), 64, List.of(), List.of());
        assertThat(Widths.cuts(heads, 8)).containsExactly(1);
        ChannelGroup single = new ChannelGroup("g", List.of(1), 1, List.of(), List.of());
        assertThat(Widths.cuts(single, 8)).isEmpty();
    }
}
