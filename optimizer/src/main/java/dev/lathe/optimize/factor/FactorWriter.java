package dev.lathe.optimize.factor;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.quantize.Weighted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Puts two layers in the place of one.
public final class FactorWriter {
    /// What the names of added operators end with.
    private static final String MARK = "_low_rank";

    private final GraphEdit edit;
    private final Weighted weighted;
    private final Biases biases;

    private FactorWriter(Graph graph) {
        this.edit = new GraphEdit(graph);
        this.weighted = new Weighted(graph);
        this.biases = new Biases(edit, weighted);
    }

    /// Whether layers of this graph were split before.
    public static boolean wasSplit(Graph graph) {
        return graph.nodes().stream().anyMatch(n -> n.name().endsWith(MARK));
    }

    /// The graph with these layers split.
    public static Graph write(Graph graph, List<RankChoice.Chosen> chosen) {
        FactorWriter writer = new FactorWriter(graph);
        for (RankChoice.Chosen one : chosen) {
            LinearLayer layer = one.split().layer();
            Split.Factors factors = one.split().factors(one.rank());
            if (layer.isConvolution()) {
                writer.convolution(one, factors);
            } else {
                writer.matrix(layer, one.rank(), factors);
            }
        }
        writer.removeUnread(chosen);
        return writer.edit.done();
    }

    private String added(LinearLayer layer, String suffix, List<Long> shape, float... values) {
        return edit.addInitializer(layer.weights() + suffix, TensorData.ofFloats(shape, values));
    }

    private String nameOf(Node node) {
        return edit.freshName((node.name().isEmpty() ? node.outputs().getFirst() + "_node" : node.name()) + MARK);
    }

    private void convolution(RankChoice.Chosen chosen, Split.Factors factors) {
        LinearLayer layer = chosen.split().layer();
        long rank = chosen.rank();
        List<Long> shape = layer.tensor().shape();
        List<Long> ones = shape.stream().skip(2).map(_ -> 1L).toList();
        boolean pointFirst = chosen.split().isPointFirst();
        List<Long> kernel = shape.subList(2, shape.size());
        String in = added(layer, MARK + "_in", joined(rank, shape.get(1), pointFirst ? ones : kernel), factors.first());
        String out = added(layer, MARK + "_out", joined(shape.getFirst(), rank, pointFirst ? kernel : ones),
                factors.second());
        List<Attribute> point = List.of(Attribute.of("kernel_shape", new Attribute.IntsValue(ones)));
        for (Node node : layer.nodes()) {
            float[] bias = node.input(2).flatMap(weighted::constant).map(TensorData::floats)
                    .orElseGet(() -> new float[layer.outputs()]);
            boolean hasBias = node.input(2).isPresent() || isAny(factors.shift());
            String middle = edit.freshName(node.outputs().getFirst() + MARK + "_value");
            List<String> inputs = new ArrayList<>(List.of(middle, out));
            if (hasBias) {
                inputs.add(added(layer, MARK + "_bias", List.of((long) bias.length), sum(bias, factors.shift())));
            }
            Node one = Node.of(nameOf(node), "Conv", List.of(node.inputs().getFirst(), in), List.of(middle))
                    .withAttributes(pointFirst ? point : node.attributes());
            edit.replace(node, one, node.withInputs(inputs).withAttributes(pointFirst ? node.attributes() : point));
        }
    }

    private static List<Long> joined(long first, long second, List<Long> more) {
        List<Long> all = new ArrayList<>(List.of(first, second));
        all.addAll(more);
        return all;
    }

    private void matrix(LinearLayer layer, int rank, Split.Factors factors) {
        String in = added(layer, MARK + "_in", List.of((long) layer.width(), (long) rank),
                turned(factors.first(), rank));
        String out = added(layer, MARK + "_out", List.of((long) rank, (long) layer.outputs()),
                turned(factors.second(), layer.outputs()));
        for (Node node : layer.nodes()) {
            String middle = edit.freshName(node.outputs().getFirst() + MARK + "_value");
            Node one = Node.of(nameOf(node), "MatMul", List.of(node.inputs().getFirst(), in), List.of(middle));
            List<String> inputs = new ArrayList<>(List.of(middle, out));
            boolean withBias = node.is("Gemm") && (node.input(2).isPresent() || isAny(factors.shift()));
            if (withBias) {
                inputs.add(added(layer, MARK + "_bias", List.of((long) layer.outputs()),
                        sum(bias(node, layer.outputs()), factors.shift())));
            }
            if (node.is("MatMul") && isAny(factors.shift())) {
                biases.addition(node, layer.outputs()).ifPresent(a -> shift(a, layer, factors.shift()));
            }
            edit.replace(node, one, new Node(node.name(), "", withBias ? "Gemm" : "MatMul", inputs, node.outputs(),
                    List.of(), node.rest()));
        }
    }

    private float[] bias(Node gemm, int outputs) {
        float[] bias = gemm.input(2).flatMap(weighted::constant).map(TensorData::floats)
                .orElseGet(() -> new float[outputs]);
        for (int i = 0; i < bias.length; i++) {
            bias[i] *= gemm.floatAttribute("beta", 1);
        }
        return bias;
    }

    private void shift(Node addition, LinearLayer layer, float... shift) {
        String old = biases.constant(addition, layer.outputs()).orElseThrow();
        String fresh = added(layer, MARK + "_bias", List.of((long) layer.outputs()),
                sum(weighted.constant(old).orElseThrow().floats(), shift));
        edit.replace(addition, addition.withInputs(
                addition.inputs().stream().map(i -> i.equals(old) ? fresh : i).toList()));
        dropIfUnread(old);
    }

    private static float[] turned(float[] rows, int count) {
        int width = rows.length / count;
        float[] turned = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            turned[i % width * count + i / width] = rows[i];
        }
        return turned;
    }

    private static float[] sum(float[] a, float... b) {
        float[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }

    private static boolean isAny(float... values) {
        for (float value : values) {
            if (value != 0) {
                return true;
            }
        }
        return false;
    }

    private void removeUnread(List<RankChoice.Chosen> chosen) {
        chosen.stream().flatMap(c -> c.split().layer().nodes().stream()).flatMap(n -> n.inputs().stream().skip(1))
                .distinct().forEach(this::dropIfUnread);
    }

    private void dropIfUnread(String constant) {
        Map<String, List<Node>> consumers = edit.consumers();
        if (!consumers.containsKey(constant) && !edit.isOutput(constant) && weighted.constant(constant).isPresent()) {
            edit.removeInitializer(constant);
        }
    }
}
