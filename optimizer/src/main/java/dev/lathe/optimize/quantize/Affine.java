package dev.lathe.optimize.quantize;

import dev.lathe.graph.TensorData;
import java.util.List;

/// How integers stand for real numbers: `real = scale * (quantized - zeroPoint)`.
///
/// @param scale above 0
/// @param zeroPoint within the type's range; stands for 0 exactly
/// @param type the integers' type
public record Affine(float scale, int zeroPoint, IntegerType type) {

    /// A mapping to unsigned 8-bit numbers.
    public Affine(float scale, int zeroPoint) {
        this(scale, zeroPoint, IntegerType.U8);
    }

    /// The mapping for a range of values to unsigned 8-bit numbers.
    public static Affine ofRange(double min, double max) {
        return ofRange(min, max, IntegerType.U8, false);
    }

    /// The mapping for a range of values. The range is widened to hold 0; one without width gives scale 1 and the zero point
    /// that the type has when it is symmetric, or 0. Source: ONNX Runtime's quantizer, which computes the same in doubles
    /// and rounds half to even.
    ///
    /// @param min smallest value, finite
    /// @param max largest value, finite
    /// @param symmetric whether the range is as wide below zero as above; signed types then do without their smallest number
    public static Affine ofRange(double min, double max, IntegerType type, boolean symmetric) {
        double low = Math.min(min, 0);
        double high = Math.max(max, 0);
        if (symmetric) {
            high = Math.max(-low, high);
            low = -high;
        }
        boolean signed = type.lowest() < 0;
        int lowest = symmetric && signed ? -type.highest() : type.lowest();
        double scale = (high - low) / (type.highest() - lowest);
        int middle = signed ? 0 : (type.highest() + 1) / 2;
        if (scale < Float.MIN_NORMAL) {
            return new Affine(1, symmetric ? middle : 0, type);
        }
        int zeroPoint = symmetric
                ? middle
                : (int) Math.clamp(Math.rint(lowest - low / scale), (double) lowest, (double) type.highest());
        return new Affine((float) scale, zeroPoint, type);
    }

    /// The quantized number for a real one: rounded half to even, saturated.
    public int quantize(double real) {
        return (int) Math.clamp(Math.rint(real / scale) + zeroPoint, (double) type.lowest(), (double) type.highest());
    }

    /// The largest real number that can be expressed.
    public double highest() {
        return (double) scale * (type.highest() - zeroPoint);
    }

    /// This mapping with a scale so much smaller that nothing above a limit can be expressed: a runtime drops a Clip before
    /// quantization only if the quantized range lies within the clip's.
    public Affine within(double limit) {
        int steps = type.highest() - zeroPoint;
        float smaller = scale;
        while (smaller * steps > limit && smaller > scale * 0.999f) {
            smaller = Math.nextDown(smaller);
        }
        return smaller * steps > limit ? this : new Affine(smaller, zeroPoint, type);
    }

    /// The zero point as a scalar of the type.
    TensorData zeroPointTensor() {
        return type.isWide()
                ? TensorData.ofBytes(type.type(), List.of(), (byte) zeroPoint, (byte) (zeroPoint >> 8))
                : TensorData.ofBytes(type.type(), List.of(), (byte) zeroPoint);
    }
}
