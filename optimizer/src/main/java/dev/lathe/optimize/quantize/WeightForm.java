package dev.lathe.optimize.quantize;

import java.util.List;

/// How an operator's weights are stored.
///
/// @param perChannel one scale per output channel instead of one per weight
/// @param bits 7 or 8
/// @param unsigned shifted by 128, or signed
/// @param leastError scales with the least squared error, instead of those that hold the largest weight
public record WeightForm(boolean perChannel, int bits, boolean unsigned, boolean leastError) {

    /// The scales of weights in this form.
    ///
    /// @param axis the dimension of the channels, or -1 for one scale
    public float[] scales(float[] weights, List<Long> shape, int axis) {
        return leastError
                ? IntegerWeights.leastErrorScales(weights, shape, axis, bits)
                : IntegerWeights.scales(weights, shape, axis, bits);
    }
}
