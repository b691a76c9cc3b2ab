package dev.lathe.graph.inspect;

import dev.lathe.base.Reading;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /// Counts those of one node, as it ran.
    ///
    /// @param sizes the sizes of the values that it reads and gives, by name
    /// @return 0 for an operator that does not multiply and accumulate; unknown, with the reason, for one that may and has
    ///     no formula here
    public static Reading<Long> ofNode(Node node, Map<String, List<Long>> sizes) {
        return MacCount.ofNode(node, sizes);
    }

    /// Copies the map.
    public Macs {
        perNode = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(perNode));
    }
}
