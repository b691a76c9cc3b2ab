package dev.lathe.optimize.prune;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.List;
import java.util.Optional;

/// A Conv, Gemm or MatMul with constant float weights, seen as matrices: each of its groups multiplies the inputs it reads at a
/// place by one matrix.
///
/// @param node the operator
/// @param weights its weights
/// @param groups how many groups; 1 but for grouped convolutions
/// @param inputs how many inputs a group reads at a place: for a Conv its channels times the kernel
/// @param outputs how many outputs a group makes
/// @param outputsFirst whether the weights stand as `[outputs, inputs]`
record Layer(Node node, TensorData weights, int groups, int inputs, int outputs, boolean outputsFirst) {

    /// The layer of this node; empty where it is none whose weights can be chosen anew.
    static Optional<Layer> of(Graph graph, Node node) {
        Optional<TensorData> found = node.input(1)
                .filter(w -> graph.inputs().stream().noneMatch(i -> i.name().equals(w)))
                .map(graph.initializers()::get).filter(w -> w.type() == DataType.FLOAT && w.sizeBytes() > 0);
        if (found.isEmpty() || node.input(0).isEmpty() || graph.initializers().containsKey(node.inputs().getFirst())) {
            return Optional.empty();
        }
        TensorData weights = found.get();
        List<Long> shape = weights.shape();
        if (node.is("Conv") && (shape.size() == 3 || shape.size() == 4)) {
            int groups = Math.toIntExact(node.intAttribute("group", 1));
            int outputs = Math.toIntExact(shape.getFirst());
            return Optional.of(new Layer(node, weights, groups, Math.toIntExact(weights.elements() / outputs),
                    outputs / groups, true));
        }
        boolean plain = node.is("MatMul") || (node.is("Gemm") && node.intAttribute("transA", 0) == 0
                && node.floatAttribute("alpha", 1) == 1 && node.floatAttribute("beta", 1) == 1);
        if (!plain || shape.size() != 2) {
            return Optional.empty();
        }
        boolean turned = node.intAttribute("transB", 0) != 0;
        return Optional.of(new Layer(node, weights, 1, Math.toIntExact(shape.get(turned ? 1 : 0)),
                Math.toIntExact(shape.get(turned ? 0 : 1)), turned));
    }

    /// The value that is read.
    String read() {
        return node.inputs().getFirst();
    }

    /// The value that is made.
    String made() {
        return node.outputs().getFirst();
    }

    /// All outputs of all groups.
    int width() {
        return groups * outputs;
    }

    /// The matrix of a group, `[outputs][inputs]`.
    double[][] matrix(int group) {
        float[] values = weights.floats();
        double[][] matrix = new double[outputs][inputs];
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                matrix[o][i] = values[at(group, o, i)];
            }
        }
        return matrix;
    }

    private int at(int group, int output, int input) {
        return outputsFirst ? (group * outputs + output) * inputs + input : input * outputs + output;
    }

    /// Weights of the same form with these matrices.
    TensorData with(List<double[][]> matrices) {
        float[] values = new float[groups * outputs * inputs];
        for (int g = 0; g < groups; g++) {
            for (int o = 0; o < outputs; o++) {
                for (int i = 0; i < inputs; i++) {
                    values[at(g, o, i)] = (float) matrices.get(g)[o][i];
                }
            }
        }
        return TensorData.ofFloats(weights.shape(), values);
    }
}
