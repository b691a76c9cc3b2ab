package dev.lathe.profile.statistics;

import dev.lathe.profile.ValueRange;
import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/// Takes in one value's elements sample by sample and keeps what [ValueStatistics] tells: some 100 KB, whatever the number
/// of samples. Not thread-safe; one observer a value is what runs side by side.
public final class ValueObserver {
    private static final int CHUNK = 8192;

    private final GrowingHistogram histogram = new GrowingHistogram();
    private final ChannelObserver channels = new ChannelObserver();
    private final float[] chunk = new float[CHUNK];
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;
    private double sumMin;
    private double sumMax;
    private int samples;
    private OptionalInt notFinite = OptionalInt.empty();

    /// An observer that has seen nothing.
    public ValueObserver() {}

    /// Takes in the value of one sample.
    ///
    /// @param sample the sample's number, for the message when something is not finite
    public void add(Tensor tensor, int sample) {
        FloatBuffer values = tensor.floatBuffer();
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
            float chunkLow = low(chunk, length);
            float chunkHigh = high(chunk, length);
            if (!Float.isFinite(chunkLow) || !Float.isFinite(chunkHigh)) {
                notFinite = OptionalInt.of(sample);
                return;
            }
            low = Math.min(low, chunkLow);
            high = Math.max(high, chunkHigh);
            channels.add(chunk, length, at, chunkLow, chunkHigh);
            histogram.add(chunk, length, chunkLow, chunkHigh);
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
                new ValueRange((float) (sumMin / samples), (float) (sumMax / samples)), histogram.done(),
                channels.done(), notFinite));
    }

    /// NaN is the smallest: it wins over all.
    private static float low(float[] values, int length) {
        float low = values[0];
        for (int i = 1; i < length; i++) {
            low = Math.min(low, values[i]);
        }
        return low;
    }

    private static float high(float[] values, int length) {
        float high = values[0];
        for (int i = 1; i < length; i++) {
            high = Math.max(high, values[i]);
        }
        return high;
    }
}
