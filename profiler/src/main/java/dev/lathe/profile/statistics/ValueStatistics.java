package dev.lathe.profile.statistics;

import java.util.Optional;
import java.util.OptionalInt;

/// What a value was over all samples.
///
/// @param range smallest and largest element of all that were finite
/// @param average mean over the samples of each sample's smallest and largest element
/// @param histogram of all elements; [Histogram#NONE] where only extremes were asked for
/// @param channels by channel, where the number of channels is the same in all samples
/// @param notFinite the first sample in which an element was NaN or infinite
public record ValueStatistics(ValueRange range, ValueRange average, Histogram histogram,
        Optional<ChannelStatistics> channels, OptionalInt notFinite) {

    /// Whether all elements of all samples were the same number.
    public boolean isConstant() {
        return range.min() == range.max();
    }
}
