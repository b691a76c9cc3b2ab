package dev.lathe.profile.stats;

import java.util.Arrays;
import java.util.List;

/// The raw samples of one child process, in the order they were taken.
///
/// A block is what ran without a break; blocks of two variants with the same index in the same fork were neighbours in
/// time. The arrays are shared, not copied, and must not be changed afterwards.
///
/// @param blocks durations in nanoseconds, one array a block; none empty
public record Fork(List<long[]> blocks) {

    /// Keeps the blocks.
    public Fork {
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty() || blocks.stream().anyMatch(block -> block.length == 0)) {
            throw new IllegalArgumentException("a fork needs blocks, and a block needs samples");
        }
    }

    /// How many samples all blocks hold together.
    public int count() {
        return blocks.stream().mapToInt(block -> block.length).sum();
    }

    /// All samples in ascending order, as a fresh array.
    public long[] sorted() {
        return sorted(List.of(this));
    }

    /// All samples of several forks in ascending order, as a fresh array.
    public static long[] sorted(List<Fork> forks) {
        return forks.stream().flatMap(fork -> fork.blocks.stream()).flatMapToLong(Arrays::stream).sorted()
                .toArray();
    }
}
