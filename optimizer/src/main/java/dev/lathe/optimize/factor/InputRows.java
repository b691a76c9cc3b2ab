package dev.lathe.optimize.factor;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.Node;
import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/// The rows of numbers that a layer multiplies, seen in one tensor: its rows for a matrix, the patches under the kernel for a
/// convolution.
sealed interface InputRows {

    /// How many there are.
    long count();

    /// Copies one.
    void read(long index, double[] row);

    /// Those that a layer's operator reads.
    static InputRows of(LinearLayer layer, Node node, Tensor tensor) {
        return layer.isConvolution() ? Patches.of(layer, node, tensor) : new Rows(layer.width(), tensor.floatBuffer());
    }

    /// Rows along the last dimension.
    record Rows(int width, FloatBuffer values) implements InputRows {
        @Override
        public long count() {
            return values.limit() / width;
        }

        @Override
        public void read(long index, double[] row) {
            int from = Math.toIntExact(index * width);
            for (int i = 0; i < width; i++) {
                row[i] = values.get(from + i);
            }
        }
    }

    /// One dimension of a convolution.
    ///
    /// @param size of the input
    /// @param kernel places
    /// @param before zeros before the input
    /// @param outputs how many positions there are
    record Axis(int size, int kernel, int stride, int dilation, int before, int outputs) {

        static Axis of(Node node, int axis, int size, int kernel, int dims) {
            int stride = at(node, "strides", axis, 1);
            int dilation = at(node, "dilations", axis, 1);
            int span = (kernel - 1) * dilation + 1;
            String automatic = node.attribute("auto_pad")
                    .map(v -> v instanceof Attribute.StringValue(String text) ? text : "").orElse("");
            if (automatic.startsWith("SAME")) {
                int outputs = (size + stride - 1) / stride;
                int total = Math.max(0, (outputs - 1) * stride + span - size);
                return new Axis(size, kernel, stride, dilation,
                        automatic.equals("SAME_LOWER") ? total - total / 2 : total / 2, outputs);
            }
            boolean none = automatic.equals("VALID");
            int before = none ? 0 : at(node, "pads", axis, 0);
            int after = none ? 0 : at(node, "pads", dims + axis, 0);
            return new Axis(size, kernel, stride, dilation, before,
                    Math.max(0, (size + before + after - span) / stride + 1));
        }

        private static int at(Node node, String attribute, int index, int absent) {
            List<Long> values = node.intsAttribute(attribute).orElse(List.of());
            return index < values.size() ? Math.toIntExact(values.get(index)) : absent;
        }

        /// Where a place of the kernel reads; outside of the input in its padding.
        int input(int output, int place) {
            return output * stride - before + place * dilation;
        }
    }

    /// Patches of a tensor `[batch, channel, height, width]`, or without height.
    record Patches(FloatBuffer values, int batch, int channels, Axis rows, Axis columns) implements InputRows {

        static Patches of(LinearLayer layer, Node node, Tensor tensor) {
            long[] shape = tensor.shape();
            List<Long> weights = layer.tensor().shape();
            boolean flat = shape.length == 3;
            Axis rows = flat
                    ? new Axis(1, 1, 1, 1, 0, 1)
                    : Axis.of(node, 0, Math.toIntExact(shape[2]), Math.toIntExact(weights.get(2)), 2);
            Axis columns = Axis.of(node, flat ? 0 : 1, Math.toIntExact(shape[shape.length - 1]),
                    Math.toIntExact(weights.getLast()), flat ? 1 : 2);
            return new Patches(tensor.floatBuffer(), Math.toIntExact(shape[0]), Math.toIntExact(shape[1]), rows,
                    columns);
        }

        @Override
        public long count() {
            return (long) batch * rows.outputs() * columns.outputs();
        }

        @Override
        public void read(long index, double[] row) {
            int column = (int) (index % columns.outputs());
            int line = (int) (index / columns.outputs() % rows.outputs());
            int sample = (int) (index / columns.outputs() / rows.outputs());
            int to = 0;
            for (int c = 0; c < channels; c++) {
                int plane = (sample * channels + c) * rows.size();
                for (int r = 0; r < rows.kernel(); r++) {
                    int y = rows.input(line, r);
                    for (int k = 0; k < columns.kernel(); k++) {
                        int x = columns.input(column, k);
                        boolean inside = y >= 0 && y < rows.size() && x >= 0 && x < columns.size();
                        row[to++] = inside ? values.get((plane + y) * columns.size() + x) : 0;
                    }
                }
            }
        }
    }
}
