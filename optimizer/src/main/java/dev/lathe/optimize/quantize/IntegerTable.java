package dev.lathe.optimize.quantize;

import dev.lathe.graph.DataType;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Embedding tables as unsigned 8-bit integers: rows are gathered as integers and dequantized afterwards.
public final class IntegerTable {
    /// Tables below this are not worth another node.
    private static final long SMALLEST_BYTES = 4096;

    private final GraphEdit edit;
    private final Weighted weighted;
    private final Map<String, List<String>> tables = new HashMap<>();

    /// For the tables of one graph.
    public IntegerTable(GraphEdit edit, Weighted weighted) {
        this.edit = edit;
        this.weighted = weighted;
    }

    /// Whether this is a look-up of rows in a constant float table that is large enough.
    public static boolean isEmbedding(Node node, Weighted weighted) {
        return node.is("Gather") && node.intAttribute("axis", 0) == 0 && node.input(1).isPresent()
                && node.input(0).flatMap(weighted::constant)
                        .filter(t -> t.shape().size() == 2 && t.sizeBytes() >= SMALLEST_BYTES).isPresent();
    }

    /// Quantizes the table of a look-up; two that share a table share the integers.
    public void quantize(Node node) {
        List<String> table = tables.computeIfAbsent(node.inputs().getFirst(), this::table);
        String output = node.outputs().getFirst();
        String rows = edit.freshName(output + "_quantized");
        edit.replace(node, node.withInputs(List.of(table.get(0), node.inputs().get(1))).withOutputs(List.of(rows)),
                Node.of(edit.freshName(output + "_DequantizeLinear"), "DequantizeLinear",
                        List.of(rows, table.get(1), table.get(2)), List.of(output)));
    }

    private List<String> table(String name) {
        TensorData tensor = weighted.constant(name).orElseThrow();
        float[] values = tensor.floats();
        double min = 0;
        double max = 0;
        for (float value : values) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        Affine affine = Affine.ofRange(min, max);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) affine.quantize(values[i]);
        }
        return List.of(
                edit.addInitializer(name + "_quantized", TensorData.ofBytes(DataType.UINT8, tensor.shape(), bytes)),
                edit.addInitializer(name + "_scale", TensorData.ofFloats(List.of(), affine.scale())),
                edit.addInitializer(name + "_zero_point",
                        TensorData.ofBytes(DataType.UINT8, List.of(), (byte) affine.zeroPoint())));
    }
}
