package dev.lathe.optimize.quantize;

import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.List;

/// The weights of a Conv, Gemm or MatMul by the channels they make and the channels they read; can be scaled in place.
public final class ChannelWeights {
    private final List<Long> shape;
    private final double[] values;
    private final Layout layout;

    private ChannelWeights(TensorData tensor, Layout layout) {
        this.shape = tensor.shape();
        this.layout = layout;
        float[] floats = tensor.floats();
        this.values = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            values[i] = floats[i];
        }
    }

    /// Which channels a weight belongs to, by its index.
    private sealed interface Layout {

        /// `[output, input / groups, …]`.
        record Convolution(int outputs, int inputsPerGroup, int groups, int inner) implements Layout {}

        /// `[output, input]`, or turned.
        record Matrix(int outputs, int inputs, boolean outputFirst) implements Layout {}
    }

    /// The weights of an operator.
    ///
    /// @param node a Conv, Gemm or MatMul
    public static ChannelWeights of(Node node, TensorData tensor) {
        int first = Math.toIntExact(tensor.shape().get(0));
        int second = Math.toIntExact(tensor.shape().get(1));
        if (node.is("Conv")) {
            int inner = Math.toIntExact(tensor.elements() / Math.max(1, (long) first * second));
            return new ChannelWeights(tensor, new Layout.Convolution(first, second,
                    Math.toIntExact(node.intAttribute("group", 1)), inner));
        }
        boolean outputFirst = node.intAttribute("transB", 0) != 0;
        return new ChannelWeights(tensor,
                new Layout.Matrix(outputFirst ? first : second, outputFirst ? second : first, outputFirst));
    }

    /// How many channels are made.
    public int outputs() {
        return switch (layout) {
            case Layout.Convolution conv -> conv.outputs();
            case Layout.Matrix matrix -> matrix.outputs();
        };
    }

    /// How many channels are read.
    public int inputs() {
        return switch (layout) {
            case Layout.Convolution conv -> conv.inputsPerGroup() * conv.groups();
            case Layout.Matrix matrix -> matrix.inputs();
        };
    }

    private int output(int index) {
        return switch (layout) {
            case Layout.Convolution conv -> index / (conv.inner() * conv.inputsPerGroup());
            case Layout.Matrix matrix -> matrix.outputFirst() ? index / matrix.inputs() : index % matrix.outputs();
        };
    }

    private int input(int index) {
        return switch (layout) {
            case Layout.Convolution conv -> output(index) / (conv.outputs() / conv.groups()) * conv.inputsPerGroup()
                    + index / conv.inner() % conv.inputsPerGroup();
            case Layout.Matrix matrix -> matrix.outputFirst() ? index % matrix.inputs() : index / matrix.outputs();
        };
    }

    /// The largest magnitude of each channel that is made.
    public double[] outputRanges() {
        double[] ranges = new double[outputs()];
        for (int i = 0; i < values.length; i++) {
            int channel = output(i);
            ranges[channel] = Math.max(ranges[channel], Math.abs(values[i]));
        }
        return ranges;
    }

    /// The largest magnitude of each channel that is read.
    public double[] inputRanges() {
        double[] ranges = new double[inputs()];
        for (int i = 0; i < values.length; i++) {
            int channel = input(i);
            ranges[channel] = Math.max(ranges[channel], Math.abs(values[i]));
        }
        return ranges;
    }

    /// Divides what each channel that is made gets.
    public void divideOutputs(double... factors) {
        for (int i = 0; i < values.length; i++) {
            values[i] /= factors[output(i)];
        }
    }

    /// Multiplies what is taken of each channel that is read.
    public void multiplyInputs(double... factors) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factors[input(i)];
        }
    }

    /// The weights from an input channel to an output channel of a matrix.
    double matrixWeight(int input, int output) {
        return switch (layout) {
            case Layout.Convolution _ -> throw new IllegalStateException("a convolution is no matrix");
            case Layout.Matrix matrix -> matrix.outputFirst()
                    ? values[output * matrix.inputs() + input]
                    : values[input * matrix.outputs() + output];
        };
    }

    /// The weights as they are now.
    public TensorData tensor() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return TensorData.ofFloats(shape, floats);
    }
}
