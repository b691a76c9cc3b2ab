package dev.lathe.graph;

import static dev.lathe.graph.Models.branch;
import static dev.lathe.graph.Models.graph;
import static dev.lathe.graph.Models.model;
import static dev.lathe.graph.Models.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Shared;
import dev.lathe.graph.onnx.OnnxReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphCheckTest {
    private static List<String> sentences(Graph graph) {
        return GraphCheck.check(model(graph), "m.onnx").stream().map(Problem::sentence).toList();
    }

    @Test
    void aSoundGraphHasNoProblems() {
        assertThat(sentences(graph(List.of("x"), List.of("z"), List.of("w"), node("Add", "y", "x", "w"),
                node("Relu", "z", "y")))).isEmpty();
    }

    @Test
    void theDanglingEdgeOfARealModelNamesNodeAndTensor() {
        Path path = Shared.path("models/awkward/invalid_dangling_edge_mnist.onnx");
        List<Problem> problems = GraphCheck.check(OnnxReader.read(path), "mnist.onnx");
        assertThat(problems).singleElement().satisfies(p -> {
            assertThat(p.code()).isEqualTo("dangling-edge");
            assertThat(p.sentence()).matches("mnist\\.onnx: node \\S+ \\(\\w+\\) reads the tensor \\S+, which nothing "
                    + "produces\\. Export the model again: a node, an input or an initializer is missing\\.");
        });
    }

    @Test
    void everyOtherReadableModelIsSound() {
        for (Path path : Shared.files("models", ".onnx")) {
            try {
                assertThat(GraphCheck.check(OnnxReader.read(path), path.toString()))
                        .allMatch(p -> p.where().contains("invalid_dangling_edge"));
            } catch (ProblemException e) {
                assertThat(path.getFileName().toString()).as(e.getMessage()).matches("(invalid|missing)_.*");
            }
        }
    }

    @Test
    void aDanglingEdgeInASubgraphIsFound() {
        Graph then = graph(List.of(), List.of("t"), List.of(), node("Relu", "t", "nowhere"));
        Graph otherwise = graph(List.of(), List.of("e"), List.of(), node("Relu", "e", "x"));
        assertThat(sentences(graph(List.of("x", "c"), List.of("y"), List.of(), branch("y", "c", then, otherwise))))
                .containsExactly("m.onnx: node t (Relu) reads the tensor nowhere, which nothing produces. "
                        + "Export the model again: a node, an input or an initializer is missing.");
    }

    @Test
    void aValueReadBeforeItIsMadeIsNamed() {
        assertThat(sentences(graph(List.of("x"), List.of("z"), List.of(), node("Relu", "z", "y"),
                node("Relu", "y", "x"))))
                .containsExactly("m.onnx: node z reads the tensor y before it is made. "
                        + "Export the model again: ONNX wants nodes in topological order.");
    }

    @Test
    void aValueMadeTwiceIsNamed() {
        Node first = node("Relu", "y", "x");
        assertThat(sentences(graph(List.of("x"), List.of("y"), List.of(), first, node("Abs", "y", "x"))))
                .containsExactly("m.onnx: node y makes the tensor y, which another node makes too. "
                        + "Export the model again: each tensor must have one producer.");
        assertThat(sentences(graph(List.of("x"), List.of("w"), List.of("w"), node("Abs", "w", "x"))))
                .containsExactly("m.onnx: node w makes the tensor w, which is an input or a constant too. "
                        + "Export the model again: each tensor must have one producer.");
    }

    @Test
    void anOutputNobodyMakesIsNamed() {
        assertThat(sentences(graph(List.of("x"), List.of("gone"), List.of(), node("Relu", "y", "x"))))
                .containsExactly("m.onnx: the graph's output gone is made by no node. "
                        + "Export the model again, or remove that output.");
    }
}
