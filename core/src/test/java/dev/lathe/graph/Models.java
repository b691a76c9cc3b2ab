package dev.lathe.graph;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Small graphs and models for tests.
public final class Models {
    private Models() {}

    /// A graph of float values without shapes.
    public static Graph graph(List<String> inputs, List<String> outputs, List<String> constants, Node... nodes) {
        SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
        constants.forEach(c -> initializers.put(c, TensorData.ofFloats(List.of(1L), 1)));
        return new Graph("g", List.of(nodes), floats(inputs), floats(outputs), initializers, List.of(), Extra.NONE);
    }

    /// A graph of these parts.
    public static Graph graph(List<ValueInfo> inputs, List<ValueInfo> outputs,
            SequencedMap<String, TensorData> initializers, List<ValueInfo> values, Node... nodes) {
        return new Graph("g", List.of(nodes), inputs, outputs, initializers, values, Extra.NONE);
    }

    /// A model at opset 17.
    public static Model model(Graph graph) {
        SequencedMap<String, Long> opsets = new LinkedHashMap<>();
        opsets.put("", 17L);
        return new Model(graph, List.of(), opsets, 8, Model.Metadata.NONE, Extra.NONE);
    }

    /// Float values about whose shapes nothing is said.
    public static List<ValueInfo> floats(List<String> names) {
        return names.stream().map(n -> ValueInfo.tensor(n, DataType.FLOAT)).toList();
    }

    /// A float value; sizes are numbers, names, or `?`.
    public static ValueInfo value(String name, Object... dims) {
        return ValueInfo.tensor(name, DataType.FLOAT, Arrays.stream(dims).map(Models::dim).toList());
    }

    private static Dim dim(Object dim) {
        return dim instanceof Number size
                ? new Dim.Fixed(size.longValue())
                : dim.equals("?") ? new Dim.Any() : new Dim.Symbol(dim.toString());
    }

    /// A node named as its output.
    public static Node node(String opType, String output, String... inputs) {
        return Node.of(output, opType, List.of(inputs), List.of(output));
    }

    /// An If whose branches are these graphs.
    public static Node branch(String output, String condition, Graph then, Graph otherwise) {
        return Node.of(output, "If", List.of(condition), List.of(output),
                Attribute.of("then_branch", new Attribute.GraphValue(then)),
                Attribute.of("else_branch", new Attribute.GraphValue(otherwise)));
    }

    /// The one problem that this gives.
    public static Problem problem(ThrowingCallable call) {
        ProblemException exception = Assertions.catchThrowableOfType(ProblemException.class, call);
        Assertions.assertThat(exception).as("a problem").isNotNull();
        Assertions.assertThat(exception.problems()).hasSize(1);
        return exception.problems().getFirst();
    }
}
