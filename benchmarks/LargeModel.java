import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// Writes a model of MatMul layers of about the given size in MB, for benchmarks/heap.sh.
public final class LargeModel {
    private static final int WIDTH = 2048;

    private LargeModel() {}

    public static void main(String[] args) {
        int layers = (int) Math.max(1, Long.parseLong(args[0]) * 1_000_000 / (4L * WIDTH * WIDTH));
        SplittableRandom random = new SplittableRandom(7);
        SequencedMap<String, TensorData> weights = new LinkedHashMap<>();
        List<Node> nodes = new ArrayList<>();
        String value = "x";
        for (int layer = 0; layer < layers; layer++) {
            float[] w = new float[WIDTH * WIDTH];
            for (int i = 0; i < w.length; i++) {
                w[i] = (float) (random.nextDouble(-1, 1) / Math.sqrt(WIDTH));
            }
            weights.put("w" + layer, TensorData.ofFloats(List.of((long) WIDTH, (long) WIDTH), w));
            String out = layer == layers - 1 ? "y" : "h" + layer;
            nodes.add(Node.of("matmul" + layer, "MatMul", List.of(value, "w" + layer), List.of(out)));
            value = out;
        }
        List<Dim> shape = List.of(new Dim.Symbol("batch"), new Dim.Fixed(WIDTH));
        Graph graph = new Graph("large", nodes, List.of(ValueInfo.tensor("x", DataType.FLOAT, shape)),
                List.of(ValueInfo.tensor("y", DataType.FLOAT, shape)), weights, List.of(), Extra.NONE);
        SequencedMap<String, Long> opsets = new LinkedHashMap<>();
        opsets.put("", 17L);
        OnnxWriter.write(new Model(graph, List.of(), opsets, 8, Model.Metadata.NONE, Extra.NONE), Path.of(args[1]));
    }
}
