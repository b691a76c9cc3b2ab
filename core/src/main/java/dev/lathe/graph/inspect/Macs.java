package dev.lathe.graph.inspect;

import dev.lathe.base.Reading;
import dev.lathe.graph.Model;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Multiply-accumulate operations of one inference: those of convolutions, matrix products and recurrent layers.
/// Additions of biases, pooling, normalisation and activations are not counted, as is usual in publications.
///
/// @param total of the whole model; unknown, naming the node, if one node's cannot be told
/// @param atLeast the sum over the nodes whose number can be told; equal to `total` where that is known
/// @param sizes what stood in for open dimensions; `batch` is the model's own where that is fixed
/// @param perNode by the node's label, in the graph's order; nodes with none are left out
public record Macs(Reading<Long> total, long atLeast, Sizes sizes, SequencedMap<String, Long> perNode) {

    /// Counts those of a model.
    ///
    /// @param inferred the same model with as many shapes as could be inferred; may be the model itself
    public static Macs of(Model model, Model inferred, Sizes sizes) {
        return MacCount.of(inferred, sizes, sizes.usedBy(model));
    }

    /// Copies the map.
    public Macs {
        perNode = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(perNode));
    }
}
