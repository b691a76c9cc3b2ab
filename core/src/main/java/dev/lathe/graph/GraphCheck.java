package dev.lathe.graph;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What can be said about a graph's soundness without a runtime: every value read is made, once, before it is read.
/// The official checker, which knows every operator's signature, runs in a worker.
public final class GraphCheck {
    private GraphCheck() {}

    /// All problems of the model's graph and its subgraphs.
    ///
    /// @param where the file, for the messages
    public static List<Problem> check(Model model, String where) {
        List<Problem> problems = new ArrayList<>();
        check(model.graph(), new HashSet<>(), where, problems);
        return problems;
    }

    private static void check(Graph graph, Set<String> outer, String where, List<Problem> problems) {
        Set<String> later = new HashSet<>();
        graph.nodes().forEach(n -> later.addAll(n.outputs()));
        Set<String> given = new HashSet<>(graph.initializers().keySet());
        graph.inputs().forEach(i -> given.add(i.name()));
        Set<String> made = new HashSet<>(given);
        Set<String> known = new HashSet<>(outer);
        known.addAll(given);
        for (Node node : graph.nodes()) {
            for (String input : node.inputs()) {
                if (!input.isEmpty() && !known.contains(input)) {
                    problems.add(later.contains(input) ? unordered(where, node, input) : dangling(where, node, input));
                }
            }
            node.subgraphs().forEach(g -> check(g, known, where, problems));
            for (String output : node.outputs()) {
                if (!output.isEmpty() && !made.add(output)) {
                    problems.add(Problem.error("duplicate-value", where,
                            "node " + node.label() + " makes the tensor " + output + ", which "
                                    + (given.contains(output) ? "is an input or a constant" : "another node makes")
                                    + " too",
                            "Export the model again: each tensor must have one producer."));
                }
                known.add(output);
            }
        }
        for (ValueInfo output : graph.outputs()) {
            if (!known.contains(output.name())) {
                problems.add(Problem.error("dangling-edge", where,
                        "the graph's output " + output.name() + " is made by no node",
                        "Export the model again, or remove that output."));
            }
        }
    }

    private static Problem dangling(String where, Node node, String input) {
        return Problem.error("dangling-edge", where,
                "node " + node.label() + " (" + node.operator() + ") reads the tensor " + input
                        + ", which nothing produces",
                "Export the model again: a node, an input or an initializer is missing.");
    }

    private static Problem unordered(String where, Node node, String input) {
        return Problem.error("unordered-nodes", where,
                "node " + node.label() + " reads the tensor " + input + " before it is made",
                "Export the model again: ONNX wants nodes in topological order.");
    }
}
