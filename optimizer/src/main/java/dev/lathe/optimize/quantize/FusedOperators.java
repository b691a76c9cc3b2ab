package dev.lathe.optimize.quantize;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// LSTM and Attention with 8-bit weights, as ONNX Runtime's own operators DynamicQuantizeLSTM and QAttention.
public final class FusedOperators {
    /// The domain of these operators.
    public static final String DOMAIN = "com.microsoft";
    private static final Set<String> ATTENTION_ATTRIBUTES = Set.of("num_heads", "unidirectional", "do_rotary",
            "past_present_share_buffer", "mask_filter_value", "scale");
    private static final int LSTM_INPUTS = 8;

    private final GraphEdit edit;
    private final Weighted weighted;
    private final WeightForm form;

    /// For the operators of one graph.
    public FusedOperators(GraphEdit edit, Weighted weighted, WeightForm form) {
        this.edit = edit;
        this.weighted = weighted;
        this.form = form;
    }

    /// Whether this is an LSTM with constant float weights, in the runtime's usual layout.
    public static boolean isLstm(Node node, Weighted weighted) {
        return node.is("LSTM") && constant(node, 1, weighted) && constant(node, 2, weighted)
                && node.intAttribute("layout", 0) == 0 && node.intAttribute("input_forget", 0) == 0;
    }

    /// Whether this is an Attention of the runtime's own with constant float weights and nothing that its 8-bit form lacks.
    public static boolean isAttention(Node node, Weighted weighted) {
        return node.operator().equals(DOMAIN + ":Attention") && constant(node, 1, weighted)
                && constant(node, 2, weighted) && node.input(5).isEmpty() && node.input(6).isEmpty()
                && node.attributes().stream().allMatch(a -> ATTENTION_ATTRIBUTES.contains(a.name()));
    }

    private static boolean constant(Node node, int input, Weighted weighted) {
        return node.input(input).flatMap(weighted::constant).isPresent();
    }

    /// Quantizes an LSTM.
    public void lstm(Node node) {
        List<String> weights = gates(node.inputs().get(1));
        List<String> recurrence = gates(node.inputs().get(2));
        List<String> inputs = new ArrayList<>(node.inputs());
        while (inputs.size() < LSTM_INPUTS) {
            inputs.add("");
        }
        inputs.set(1, weights.get(0));
        inputs.set(2, recurrence.get(0));
        inputs.addAll(List.of(weights.get(1), weights.get(2), recurrence.get(1), recurrence.get(2)));
        List<Attribute> attributes = node.attributes().stream()
                .filter(a -> !a.name().equals("layout")).toList();
        edit.replace(node, new Node(node.name(), DOMAIN, "DynamicQuantizeLSTM", inputs, node.outputs(), attributes,
                node.rest()));
    }

    /// `[direction, gate, input]` becomes `[direction, input, gate]`, with scales by direction and gate, or by direction.
    private List<String> gates(String name) {
        TensorData tensor = weighted.constant(name).orElseThrow();
        int directions = Math.toIntExact(tensor.shape().get(0));
        int rows = Math.toIntExact(tensor.shape().get(1));
        int columns = Math.toIntExact(tensor.shape().get(2));
        float[] values = tensor.floats();
        byte[] turned = new byte[values.length];
        int perDirection = form.perChannel() ? rows : 1;
        float[] scales = new float[directions * perDirection];
        List<Long> shape = List.of((long) rows, (long) columns);
        for (int d = 0; d < directions; d++) {
            float[] part = Arrays.copyOfRange(values, d * rows * columns, (d + 1) * rows * columns);
            int axis = form.perChannel() ? 0 : -1;
            float[] own = form.scales(part, shape, axis);
            System.arraycopy(own, 0, scales, d * perDirection, perDirection);
            byte[] integers = IntegerWeights.quantize(part, shape, axis, form.bits(), own).bytes();
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    turned[(d * columns + c) * rows + r] = integers[r * columns + c];
                }
            }
        }
        List<Long> scaleShape = form.perChannel()
                ? List.of((long) directions, (long) rows)
                : List.of((long) directions);
        return List.of(
                edit.addInitializer(name + "_quantized",
                        TensorData.ofBytes(DataType.INT8, List.of((long) directions, (long) columns, (long) rows),
                                turned)),
                edit.addInitializer(name + "_scale", TensorData.ofFloats(scaleShape, scales)),
                edit.addInitializer(name + "_zero_point",
                        TensorData.ofBytes(DataType.INT8, scaleShape, new byte[scales.length])));
    }

    /// Quantizes an Attention.
    ///
    /// @param activation the quantized input: integers, scale, zero point
    public void attention(Node node, List<String> activation) {
        String name = node.inputs().get(1);
        TensorData tensor = weighted.constant(name).orElseThrow();
        int axis = form.perChannel() ? 1 : -1;
        float[] values = tensor.floats();
        float[] scales = form.scales(values, tensor.shape(), axis);
        IntegerWeights integers = IntegerWeights.quantize(values, tensor.shape(), axis, form.bits(), scales);
        List<String> inputs = List.of(activation.get(0), edit.addInitializer(name + "_quantized",
                integers.tensor(false)), node.inputs().get(2), activation.get(1),
                edit.addInitializer(name + "_scale", integers.scaleTensor()), node.input(3).orElse(""),
                activation.get(2), edit.addInitializer(name + "_zero_point", integers.zeroPointTensor(false)),
                node.input(4).orElse(""));
        edit.replace(node, new Node(node.name(), DOMAIN, "QAttention", inputs, node.outputs(), node.attributes(),
                node.rest()));
    }
}
