package dev.lathe.optimize.quantize;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// Writes a [Placement] into a graph as pairs of QuantizeLinear and DequantizeLinear.
///
/// A value that a quantized operator makes keeps its name for what comes out of its DequantizeLinear, so that everybody who
/// read it reads the dequantized one; a value that comes from a float operator or from outside keeps its name and gets a
/// dequantized twin for the quantized readers.
public final class QdqWriter {
    private final Graph graph;
    private final Placement placement;
    private final Function<Node, WeightForm> forms;
    private final Predicate<Node> embeddings;
    private final Map<String, String> sharing;
    private final Map<String, Affine> affines;
    private final Map<String, List<String>> parameters = new HashMap<>();
    private final Map<String, List<String>> weights = new HashMap<>();
    private final GraphEdit edit;
    private final Weighted weighted;

    private QdqWriter(Graph graph, Placement placement, Map<String, Affine> affines,
            Function<Node, WeightForm> forms, Predicate<Node> embeddings) {
        this.graph = graph;
        this.placement = placement;
        this.affines = affines;
        this.forms = forms;
        this.embeddings = embeddings;
        this.edit = new GraphEdit(graph);
        this.weighted = new Weighted(graph);
        this.sharing = placement.sharing();
    }

    /// The quantized graph.
    ///
    /// @param affines of the values of the placement, each group that shares one under its representative
    /// @param forms how each operator's weights are stored
    /// @param embeddings look-ups whose tables are quantized
    public static Written write(Graph graph, Placement placement, Map<String, Affine> affines,
            Function<Node, WeightForm> forms, Predicate<Node> embeddings) {
        return new QdqWriter(graph, placement, affines, forms, embeddings).write();
    }

    /// A quantized graph.
    ///
    /// @param parameters names of scale and zero point for each value that represents a group
    public record Written(Graph graph, Map<String, List<String>> parameters) {

        /// Copies the map.
        public Written {
            parameters = Map.copyOf(parameters);
        }
    }

    private Written write() {
        Set<String> made = placement.made();
        Map<String, String> raw = new HashMap<>();
        Map<String, String> twins = new HashMap<>();
        for (String value : placement.values()) {
            if (made.contains(value)) {
                raw.put(value, edit.freshName(value + "_unquantized"));
                pair(value, raw.getOrDefault(value, value), value);
            } else {
                twins.put(value, edit.freshName(value + "_dequantized"));
                pair(value, value, twins.getOrDefault(value, value));
            }
        }
        IntegerTable tables = new IntegerTable(edit, weighted);
        for (Node node : graph.nodes()) {
            if (embeddings.test(node)) {
                tables.quantize(node);
                continue;
            }
            Node fresh = node.withOutputs(node.outputs().stream().map(o -> raw.getOrDefault(o, o)).toList());
            if (placement.isQuantized(node)) {
                List<String> activations = placement.activations(node);
                List<String> inputs = new ArrayList<>(node.inputs());
                inputs.replaceAll(i -> activations.contains(i) ? twins.getOrDefault(i, i) : i);
                if (placement.isWeighted(node)) {
                    weigh(node, inputs);
                }
                fresh = fresh.withInputs(inputs);
            }
            edit.replace(node, fresh);
        }
        removeUnreadWeights();
        return new Written(edit.done(), parameters);
    }

    private Affine affine(String value) {
        return affines.getOrDefault(sharing.getOrDefault(value, value), new Affine(1, 0));
    }

    private void pair(String value, String from, String to) {
        String root = sharing.getOrDefault(value, value);
        List<String> scale = parameters.computeIfAbsent(root, r -> List.of(
                edit.addInitializer(r + "_scale", TensorData.ofFloats(List.of(), affine(r).scale())),
                edit.addInitializer(r + "_zero_point", affine(r).zeroPointTensor())));
        String integers = edit.freshName(value + "_quantized");
        edit.add(Node.of(edit.freshName(value + "_QuantizeLinear"), "QuantizeLinear",
                List.of(from, scale.get(0), scale.get(1)), List.of(integers)));
        edit.add(Node.of(edit.freshName(value + "_DequantizeLinear"), "DequantizeLinear",
                List.of(integers, scale.get(0), scale.get(1)), List.of(to)));
    }

    /// Puts integer weights and bias in the place of the float ones.
    private void weigh(Node node, List<String> inputs) {
        String name = node.inputs().get(1);
        TensorData tensor = weighted.constant(name).orElseThrow();
        WeightForm form = forms.apply(node);
        int axis = !form.perChannel() ? -1 : node.is("Conv") ? 0 : node.intAttribute("transB", 0) != 0 ? 0 : 1;
        float[] values = tensor.floats();
        float[] scales = form.scales(values, tensor.shape(), axis);
        float inputScale = affine(node.inputs().getFirst()).scale();
        if (node.input(2).isPresent()) {
            float[] bias = weighted.constant(node.inputs().get(2)).orElseThrow().floats();
            scales = IntegerBias.raised(scales, inputScale, bias);
            inputs.set(2, bias(node.inputs().get(2), bias, IntegerBias.scales(scales, inputScale)));
        }
        float[] used = scales;
        inputs.set(1, weights.computeIfAbsent(name + "/" + axis + "/" + form + Arrays.toString(used),
                _ -> List.of(dequantized(name,
                        IntegerWeights.quantize(values, tensor.shape(), axis, form.bits(), used), axis,
                        form.unsigned())))
                .getFirst());
    }

    private String dequantized(String name, IntegerWeights integers, int axis, boolean unsigned) {
        String output = edit.freshName(name + "_dequantized");
        edit.add(Node.of(edit.freshName(name + "_DequantizeLinear"), "DequantizeLinear",
                List.of(edit.addInitializer(name + "_quantized", integers.tensor(unsigned)),
                        edit.addInitializer(name + "_scale", integers.scaleTensor()),
                        edit.addInitializer(name + "_zero_point", integers.zeroPointTensor(unsigned))),
                List.of(output), axis(axis)));
        return output;
    }

    private String bias(String name, float[] bias, float[] scales) {
        String output = edit.freshName(name + "_dequantized");
        List<Long> shape = scales.length == 1 ? List.of() : List.of((long) scales.length);
        edit.add(Node.of(edit.freshName(name + "_DequantizeLinear"), "DequantizeLinear",
                List.of(edit.addInitializer(name + "_quantized", IntegerBias.quantize(bias, scales)),
                        edit.addInitializer(name + "_scale", TensorData.ofFloats(shape, scales)),
                        edit.addInitializer(name + "_zero_point", TensorData.ofInts(shape, new int[scales.length]))),
                List.of(output), axis(scales.length == 1 ? -1 : 0)));
        return output;
    }

    private static Attribute[] axis(int axis) {
        return axis < 0
                ? new Attribute[0]
                : new Attribute[]{Attribute.of("axis", new Attribute.IntValue(axis))};
    }

    private void removeUnreadWeights() {
        Map<String, List<Node>> consumers = edit.consumers();
        for (Node node : graph.nodes()) {
            boolean weighs = placement.isQuantized(node) && placement.isWeighted(node);
            if (weighs || embeddings.test(node)) {
                node.inputs().stream().skip(weighs ? 1 : 0)
                        .filter(i -> !consumers.containsKey(i) && !edit.isOutput(i) && weighted.constant(i).isPresent())
                        .forEach(edit::removeInitializer);
            }
        }
    }
}
