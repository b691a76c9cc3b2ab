package dev.lathe.evaluate.image;

/// Pillow's `resize(size, Image.BILINEAR)`, to the bit.
///
/// A triangle filter whose support grows with the factor of downscaling, applied along rows and then along columns, with
/// coefficients in fixed point and rounding to 8 bits after each pass. Source: Pillow 12.3, `src/libImaging/Resample.c`.
final class BilinearResize {
    /// 8 bits for the value and 2 for the sum of coefficients to overshoot in.
    private static final int PRECISION_BITS = 32 - 8 - 2;

    private BilinearResize() {}

    static Pixels apply(Pixels picture, int width, int height) {
        Pixels result = picture;
        if (width != result.width()) {
            result = horizontal(result, Filter.of(result.width(), width));
        }
        if (height != result.height()) {
            result = vertical(result, Filter.of(result.height(), height));
        }
        return result;
    }

    private static Pixels horizontal(Pixels in, Filter filter) {
        int channels = in.channels();
        int width = filter.first().length;
        byte[] source = in.values();
        byte[] out = new byte[width * in.height() * channels];
        int at = 0;
        for (int y = 0; y < in.height(); y++) {
            for (int x = 0; x < width; x++) {
                int start = (y * in.width() + filter.first()[x]) * channels;
                for (int c = 0; c < channels; c++) {
                    out[at++] = weighted(source, start + c, channels, filter.weights()[x]);
                }
            }
        }
        return new Pixels(width, in.height(), channels, out);
    }

    private static Pixels vertical(Pixels in, Filter filter) {
        int stride = in.width() * in.channels();
        int height = filter.first().length;
        byte[] source = in.values();
        byte[] out = new byte[stride * height];
        for (int y = 0; y < height; y++) {
            int start = filter.first()[y] * stride;
            for (int i = 0; i < stride; i++) {
                out[y * stride + i] = weighted(source, start + i, stride, filter.weights()[y]);
            }
        }
        return new Pixels(in.width(), height, in.channels(), out);
    }

    private static byte weighted(byte[] source, int start, int step, int[] weights) {
        int sum = 1 << (PRECISION_BITS - 1);
        int at = start;
        for (int weight : weights) {
            sum += Byte.toUnsignedInt(source[at]) * weight;
            at += step;
        }
        return (byte) Math.clamp(sum >> PRECISION_BITS, 0, 0xFF);
    }

    /// For each output position the first input position and the weights from there on.
    @SuppressWarnings("ArrayRecordComponent") // inner loop; never leaves this file
    private record Filter(int[] first, int[][] weights) {

        static Filter of(int inSize, int outSize) {
            double scale = (double) inSize / outSize;
            double support = Math.max(scale, 1.0);
            int[] first = new int[outSize];
            int[][] weights = new int[outSize][];
            for (int i = 0; i < outSize; i++) {
                double center = (i + 0.5) * scale;
                first[i] = Math.max((int) (center - support + 0.5), 0);
                int end = Math.min((int) (center + support + 0.5), inSize);
                weights[i] = fixedPoint(triangle(first[i], end, center, 1.0 / support));
            }
            return new Filter(first, weights);
        }

        private static double[] triangle(int from, int to, double center, double slope) {
            double[] weights = new double[to - from];
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                double distance = Math.abs((i + from - center + 0.5) * slope);
                weights[i] = distance < 1 ? 1 - distance : 0;
                sum += weights[i];
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] /= sum;
            }
            return weights;
        }

        private static int[] fixedPoint(double[] weights) {
            int[] fixed = new int[weights.length];
            for (int i = 0; i < fixed.length; i++) {
                fixed[i] = (int) (0.5 + weights[i] * (1 << PRECISION_BITS));
            }
            return fixed;
        }
    }
}
