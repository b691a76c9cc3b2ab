package dev.lathe.optimize.quantize;

/// How 8-bit unsigned numbers stand for real ones: `real = scale * (quantized - zeroPoint)`.
///
/// @param scale above 0
/// @param zeroPoint in 0..255; stands for 0 exactly
public record Affine(float scale, int zeroPoint) {
    private static final int HIGHEST = 255;

    /// The mapping for a range of values. The range is widened to hold 0; one without width gives scale 1, zero point 0.
    /// Source: ONNX Runtime's quantizer, which computes the same in doubles and rounds half to even.
    ///
    /// @param min smallest value, finite
    /// @param max largest value, finite
    public static Affine ofRange(double min, double max) {
        double low = Math.min(min, 0);
        double high = Math.max(max, 0);
        double scale = (high - low) / HIGHEST;
        if (scale < Float.MIN_NORMAL) {
            return new Affine(1, 0);
        }
        return new Affine((float) scale, saturate(Math.rint(-low / scale)));
    }

    /// The quantized number for a real one: rounded half to even, saturated.
    public int quantize(double real) {
        return saturate(Math.rint(real / scale) + zeroPoint);
    }

    /// The largest real number that can be expressed.
    public double highest() {
        return (double) scale * (HIGHEST - zeroPoint);
    }

    /// This mapping with a scale so much smaller that nothing above a limit can be expressed: a runtime drops a Clip before
    /// quantization only if the quantized range lies within the clip's.
    public Affine within(double limit) {
        float smaller = scale;
        while (smaller * (HIGHEST - zeroPoint) > limit && smaller > scale * 0.999f) {
            smaller = Math.nextDown(smaller);
        }
        return smaller * (HIGHEST - zeroPoint) > limit ? this : new Affine(smaller, zeroPoint);
    }

    private static int saturate(double value) {
        return (int) Math.clamp(value, 0.0, HIGHEST);
    }
}
