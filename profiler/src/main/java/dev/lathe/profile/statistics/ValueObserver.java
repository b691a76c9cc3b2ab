package dev.lathe.profile.statistics;

import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/// Takes in one value's elements sample by sample and keeps what [ValueStatistics] tells: some 100 KB, whatever the number
/// of samples. Not thread-safe; one observer a value is what runs side by side.
public final class ValueObserver {
    private static final int CHUNK = 8192;
    private static final int POSITIVE_INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    /// As an integer of the order of floats; NaNs with a sign lie below.
    private static final int NEGATIVE_INFINITY = Float.floatToRawIntBits(Float.NEGATIVE_INFINITY) ^ Integer.MAX_VALUE;

    private final Optional<GrowingHistogram> histogram;
    private final ChannelObserver channels = new ChannelObserver();
    private final float[] chunk = new float[CHUNK];
    /// The same chunk bit by bit, for the compiler finds the extremes of integers ten times faster.
    private final int[] bits = new int[CHUNK];
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;
    private double sumMin;
    private double sumMax;
    private int samples;
    private OptionalInt notFinite = OptionalInt.empty();

    /// An observer that has seen nothing.
    public ValueObserver() {
        this(true);
    }

    /// An observer that has seen nothing.
    ///
    /// @param counting whether it keeps a histogram, which takes as long as all else together
    public ValueObserver(boolean counting) {
        this.histogram = counting ? Optional.of(new GrowingHistogram()) : Optional.empty();
    }

    /// Takes in the value of one sample.
    ///
    /// @param tensor of floats
    /// @param sample the sample's number, for the message when something is not finite
    public void add(Tensor tensor, int sample) {
        FloatBuffer values = tensor.floatBuffer();
        IntBuffer raw = tensor.data().asIntBuffer();
        int total = values.limit();
        if (total == 0 || notFinite.isPresent()) {
            return;
        }
        int run = channels.begin(tensor.shape());
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (int at = 0; at < total;) {
            int length = Math.min(Math.min(CHUNK, total - at), run - at % run);
            values.get(at, chunk, 0, length);
            raw.get(at, bits, 0, length);
            int lowest = low(bits, length);
            int highest = high(bits, length);
            if (lowest <= NEGATIVE_INFINITY || highest >= POSITIVE_INFINITY) {
                notFinite = OptionalInt.of(sample);
                return;
            }
            float chunkLow = number(lowest);
            float chunkHigh = number(highest);
            low = Math.min(low, chunkLow);
            high = Math.max(high, chunkHigh);
            channels.add(chunk, length, at, chunkLow, chunkHigh);
            if (histogram.isPresent()) {
                histogram.get().add(chunk, length, chunkLow, chunkHigh);
            }
            at += length;
        }
        min = Math.min(min, low);
        max = Math.max(max, high);
        sumMin += low;
        sumMax += high;
        samples++;
    }

    /// What was seen; empty if nothing finite was.
    public Optional<ValueStatistics> done() {
        if (samples == 0) {
            return notFinite.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ValueStatistics(new ValueRange(0, 0), new ValueRange(0, 0),
                            new Histogram(0, 0, new long[1]), Optional.empty(), notFinite));
        }
        return Optional.of(new ValueStatistics(new ValueRange(min, max),
                new ValueRange((float) (sumMin / samples), (float) (sumMax / samples)),
                histogram.map(GrowingHistogram::done).orElse(Histogram.NONE),
                channels.done(), notFinite));
    }

    /// Floats as integers of the same order, and back: those of negative numbers have all bits but the sign turned.
    private static int ordered(int bits) {
        return bits ^ ((bits >> (Integer.SIZE - 1)) & Integer.MAX_VALUE);
    }

    private static float number(int ordered) {
        return Float.intBitsToFloat(ordered(ordered));
    }

    private static int low(int[] bits, int length) {
        int low = Integer.MAX_VALUE;
        for (int i = 0; i < length; i++) {
            low = Math.min(low, ordered(bits[i]));
        }
        return low;
    }

    private static int high(int[] bits, int length) {
        int high = Integer.MIN_VALUE;
        for (int i = 0; i < length; i++) {
            high = Math.max(high, ordered(bits[i]));
        }
        return high;
    }
}
