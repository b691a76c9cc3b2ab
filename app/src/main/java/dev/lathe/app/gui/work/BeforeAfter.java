package dev.lathe.app.gui.work;

import dev.lathe.base.Reading;
import dev.lathe.optimize.prune.LayerWidth;
import java.util.List;
import java.util.Optional;

/// A variant beside what it was made of.
///
/// @param before what it was made of
/// @param after the variant
/// @param layers how many channels each layer gives in both
/// @param speed the variant's, measured beside its parent; empty where nobody has
public record BeforeAfter(Side before, Side after, List<LayerWidth> layers, Optional<Row.Speed> speed) {

    /// Copies the list.
    public BeforeAfter {
        layers = List.copyOf(layers);
    }

    /// One of both.
    ///
    /// @param sizeBytes of its file
    /// @param parameters numbers in its constants
    /// @param macs multiply-accumulates of one inference at batch 1
    /// @param score on the same samples as the other's; empty where it was not taken
    public record Side(long sizeBytes, long parameters, Reading<Long> macs, Optional<Row.Accuracy> score) {}
}
