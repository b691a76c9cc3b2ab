package dev.lathe.evaluate;

import dev.lathe.profile.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/// Samples side by side, as one call of a model takes them.
///
/// @param inputs by name; the first dimension of a batched input is the batch
/// @param samples which sample each row is; rows beyond these repeat the last one and are not scored
public record Batch(SequencedMap<String, Tensor> inputs, List<Integer> samples) {
    /// Copies the list.
    public Batch {
        samples = List.copyOf(samples);
    }

    /// How many rows are samples and not padding.
    public int realRows() {
        return samples.size();
    }
}
