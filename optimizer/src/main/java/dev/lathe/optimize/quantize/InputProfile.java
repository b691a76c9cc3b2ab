package dev.lathe.optimize.quantize;

import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/// What a layer reads on calibration data: the largest magnitude of each channel, and a few rows to try things on.
///
/// Memory: 66 rows, however much data there is.
final class InputProfile {
    private static final int ROWS = 64;
    /// Every so manieth row is kept, so that they come from different places of a sample.
    private static final int EVERY = 7;

    private final float[] largest;
    private final List<float[]> rows = new ArrayList<>();
    private long seen;
    private boolean finite = true;

    InputProfile(int channels) {
        this.largest = new float[channels];
    }

    /// Looks at one tensor whose last dimension is the channels.
    void add(Tensor tensor) {
        FloatBuffer values = tensor.floatBuffer();
        for (int from = 0; from + largest.length <= values.limit(); from += largest.length) {
            float[] row = new float[largest.length];
            values.get(from, row);
            for (int c = 0; c < row.length; c++) {
                largest[c] = Math.max(largest[c], Math.abs(row[c]));
                finite &= Float.isFinite(row[c]);
            }
            if (rows.size() < ROWS && (seen % EVERY == 0)) {
                rows.add(row);
            } else if (seen % EVERY == 0) {
                rows.set((int) (seen / EVERY % ROWS), row);
            }
            seen++;
        }
    }

    /// Whether there was anything, and all of it finite.
    boolean isUsable() {
        return finite && !rows.isEmpty();
    }

    float[] largest() {
        return largest.clone();
    }

    List<float[]> rows() {
        return List.copyOf(rows);
    }
}
