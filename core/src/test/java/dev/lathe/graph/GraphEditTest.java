package dev.lathe.graph;

import static dev.lathe.graph.Models.branch;
import static dev.lathe.graph.Models.graph;
import static dev.lathe.graph.Models.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class GraphEditTest {
    private final Graph chain = graph(List.of("x"), List.of("z"), List.of("w"), node("Add", "y", "x", "w"),
            node("Relu", "z", "y"));

    private static List<String> names(Graph graph) {
        return graph.nodes().stream().map(Node::name).toList();
    }

    @Test
    void anEditWithoutChangesGivesTheSameGraph() {
        assertThat(new GraphEdit(chain).done()).isEqualTo(chain);
    }

    @Test
    void nodesAreSortedWhereverTheyWereAdded() {
        GraphEdit edit = new GraphEdit(chain);
        edit.replaceUses("y", "a");
        edit.add(node("Abs", "a", "b"));
        edit.add(node("Neg", "b", "y"));
        assertThat(names(edit.done())).containsExactly("y", "b", "a", "z");
        assertThat(GraphCheck.check(Models.model(edit.done()), "")).isEmpty();
    }

    @Test
    void theOrderOfIndependentNodesIsKept() {
        Graph wide = graph(List.of("x"), List.of("c", "a", "b"), List.of(), node("Relu", "c", "x"),
                node("Abs", "a", "x"), node("Neg", "b", "x"));
        assertThat(names(new GraphEdit(wide).done())).containsExactly("c", "a", "b");
    }

    @Test
    void aCycleIsRefused() {
        GraphEdit edit = new GraphEdit(chain);
        edit.replace(edit.nodes().getFirst(), node("Add", "y", "z", "w"));
        assertThatIllegalStateException().isThrownBy(edit::done).withMessage("the graph has a cycle");
    }

    @Test
    void aDanglingReadIsRefused() {
        GraphEdit edit = new GraphEdit(chain);
        edit.remove(edit.nodes().getFirst());
        assertThatIllegalStateException().isThrownBy(edit::done)
                .withMessage("node z reads y, which nothing makes");
    }

    @Test
    void anOutputNobodyMakesIsRefused() {
        GraphEdit edit = new GraphEdit(chain);
        edit.removeAll(List.of(edit.nodes().getLast()));
        assertThatIllegalStateException().isThrownBy(edit::done).withMessage("nothing makes the output z");
    }

    @Test
    void aValueMadeTwiceIsRefused() {
        GraphEdit twoNodes = new GraphEdit(chain);
        twoNodes.add(node("Abs", "y", "x"));
        assertThatIllegalStateException().isThrownBy(twoNodes::done).withMessage("value made twice: y");
        GraphEdit nodeAndConstant = new GraphEdit(chain);
        nodeAndConstant.add(node("Abs", "w", "x"));
        assertThatIllegalStateException().isThrownBy(nodeAndConstant::done).withMessage("value made twice: w");
    }

    @Test
    void aNodeThatWentCannotGoAgain() {
        GraphEdit edit = new GraphEdit(chain);
        Node gone = edit.nodes().getFirst();
        edit.remove(gone);
        assertThatIllegalStateException().isThrownBy(() -> edit.remove(gone))
                .withMessage("node is not in the graph (any more): y");
    }

    @Test
    void oneOfTwoEqualNodesGoesByIdentity() {
        Node one = Node.of("", "Relu", List.of("x"), List.of(""));
        Node other = Node.of("", "Relu", List.of("x"), List.of(""));
        GraphEdit edit = new GraphEdit(graph(List.of("x"), List.of("x"), List.of(), one, other));
        edit.remove(other);
        assertThat(edit.nodes()).singleElement().isSameAs(one);
    }

    @Test
    void freshNamesCollideWithNothing() {
        Graph inner = graph(List.of(), List.of("t_1"), List.of("t", "t_1"));
        Graph outer = graph(List.of("x", "c"), List.of("y"), List.of(), branch("y", "c", inner, inner))
                .withValues(List.of(Models.value("t_2", 1)));
        GraphEdit edit = new GraphEdit(outer);
        assertThat(edit.freshName("t")).isEqualTo("t_3");
        assertThat(edit.freshName("t")).isEqualTo("t_4");
        assertThat(edit.addInitializer("x", TensorData.ofFloats(List.of(), 1))).isEqualTo("x_1");
        assertThat(edit.initializers()).containsKey("x_1");
    }

    @Test
    void usesInSubgraphsAreReplacedUnlessShadowed() {
        Graph captures = graph(List.of(), List.of("t"), List.of(), node("Relu", "t", "a"));
        Graph shadows = graph(List.of(), List.of("e"), List.of(), node("Abs", "a", "x"), node("Relu", "e", "a"));
        GraphEdit edit = new GraphEdit(graph(List.of("x", "c"), List.of("y"), List.of("a", "b"),
                branch("y", "c", captures, shadows)));
        edit.replaceUses("a", "b");
        List<Graph> branches = edit.done().nodes().getFirst().subgraphs().toList();
        assertThat(branches.get(0).nodes().getFirst().inputs()).containsExactly("b");
        assertThat(branches.get(1)).isEqualTo(shadows);
    }

    @Test
    void aNameThatMeansSomethingElseInASubgraphIsRefused() {
        Graph inner = graph(List.of(), List.of("t"), List.of(), node("Abs", "b", "x"), node("Add", "t", "a", "b"));
        GraphEdit edit = new GraphEdit(graph(List.of("x", "c"), List.of("y"), List.of("a", "b"),
                branch("y", "c", inner, inner)));
        assertThatIllegalStateException().isThrownBy(() -> edit.replaceUses("a", "b"))
                .withMessage("a subgraph that reads a has its own b");
    }

    @Test
    void aSubgraphThatGivesAnOuterValueBackGivesTheNewOne() {
        Graph passes = graph(List.of(), List.of("a"), List.of());
        GraphEdit edit = new GraphEdit(
                graph(List.of("c"), List.of("y"), List.of("a", "b"), branch("y", "c", passes, passes)));
        edit.replaceUses("a", "b");
        assertThat(edit.done().nodes().getFirst().subgraphs())
                .allSatisfy(g -> assertThat(g.outputs().getFirst().name()).isEqualTo("b"));
    }

    @Test
    void theGraphsOutputsKeepTheirNames() {
        GraphEdit edit = new GraphEdit(chain);
        edit.replaceUses("z", "x");
        assertThat(edit.done().outputs()).isEqualTo(chain.outputs());
        assertThat(edit.isOutput("z")).isTrue();
    }

    @Test
    void removingTheUnusedKeepsWhatSubgraphsTakeFromOutside() {
        Graph inner = graph(List.of(), List.of("t"), List.of(), node("Add", "t", "made", "k"));
        GraphEdit edit = new GraphEdit(graph(List.of("x", "c"), List.of("y"), List.of("k", "dead"),
                node("Relu", "made", "x"), node("Abs", "unused", "x"), branch("y", "c", inner, inner)));
        assertThat(edit.removeUnused()).isEqualTo(1);
        assertThat(names(edit.done())).containsExactly("made", "y");
        assertThat(edit.initializers().keySet()).containsExactly("k");
    }

    @Test
    void aConstantThatGoesIsNoInputEither() {
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>(chain.initializers());
        constants.put("dead", TensorData.ofFloats(List.of(), 1));
        Graph old = chain.withInitializers(constants).withInputs(Models.floats(List.of("x", "w", "dead")));
        GraphEdit edit = new GraphEdit(old);
        edit.removeUnused();
        assertThat(edit.done().inputs()).extracting(ValueInfo::name).containsExactly("x", "w");
        edit.replaceUses("w", "x");
        edit.removeInitializer("w");
        assertThat(edit.done().inputs()).extracting(ValueInfo::name).containsExactly("x");
    }

    @Test
    void declarationsOfValuesThatWentGoToo() {
        GraphEdit edit = new GraphEdit(chain.withValues(List.of(Models.value("y", 1))));
        edit.replaceUses("y", "x");
        edit.removeUnused();
        assertThat(edit.done().values()).isEmpty();
    }

    @Test
    void consumersCountSubgraphsAndNameANodeOnce() {
        Graph inner = graph(List.of(), List.of("t"), List.of(), node("Relu", "t", "x"));
        GraphEdit edit = new GraphEdit(graph(List.of("x", "c"), List.of("y"), List.of(), node("Mul", "m", "x", "x"),
                branch("y", "c", inner, inner)));
        assertThat(edit.consumers().get("x")).extracting(Node::name).containsExactly("m", "y");
    }
}
