package dev.lathe.optimize;

import dev.lathe.profile.tensor.TensorPack;

/// Real inputs that show a pass which values occur; disjoint from what the result is scored on.
///
/// @param samples one sample a run
/// @param hash names the content, and enters the variant's id
public record Calibration(TensorPack samples, String hash) {

    /// How many samples there are.
    public int count() {
        return samples.size();
    }
}
