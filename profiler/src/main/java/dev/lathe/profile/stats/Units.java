package dev.lathe.profile.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// What is resampled: contiguous pieces of samples, and which fork each belongs to.
///
/// Blocks are taken as they are where a fork has enough of them. Where it has fewer, every block of the fork is halved
/// again and again, so that even one long block gives an interval; a piece keeps its neighbours in time together.
final class Units {
    /// From about eight units on, a bootstrap with a Student factor holds its level (see BlockBootstrapTest).
    private static final int ENOUGH_PER_FORK = 8;

    private final List<long[]> pieces;
    private final int[] forkStart;

    private Units(List<long[]> pieces, int[] forkStart) {
        this.pieces = pieces;
        this.forkStart = forkStart;
    }

    static Units of(List<Fork> forks) {
        List<long[]> pieces = new ArrayList<>();
        int[] starts = new int[forks.size() + 1];
        for (int f = 0; f < forks.size(); f++) {
            List<long[]> blocks = forks.get(f).blocks();
            pieces.addAll(split(blocks, parts(blocks)));
            starts[f + 1] = pieces.size();
        }
        return new Units(pieces, starts);
    }

    /// How many pieces every block of a fork is cut into.
    static int parts(List<long[]> blocks) {
        int shortest = blocks.stream().mapToInt(block -> block.length).min().orElse(1);
        int parts = 1;
        while (blocks.size() * parts < ENOUGH_PER_FORK && parts * 2 <= shortest) {
            parts *= 2;
        }
        return parts;
    }

    /// Every block cut into `parts` contiguous pieces of nearly equal length.
    static List<long[]> split(List<long[]> blocks, int parts) {
        List<long[]> pieces = new ArrayList<>();
        for (long[] block : blocks) {
            for (int p = 0; p < parts; p++) {
                int from = (int) ((long) block.length * p / parts);
                int to = (int) ((long) block.length * (p + 1) / parts);
                pieces.add(parts == 1 ? block : Arrays.copyOfRange(block, from, to));
            }
        }
        return pieces;
    }

    List<long[]> pieces() {
        return pieces;
    }

    int forks() {
        return forkStart.length - 1;
    }

    int size(int fork) {
        return forkStart[fork + 1] - forkStart[fork];
    }

    /// The smallest number of units in a fork.
    int smallest() {
        int smallest = Integer.MAX_VALUE;
        for (int f = 0; f < forks(); f++) {
            smallest = Math.min(smallest, size(f));
        }
        return smallest;
    }

    /// Weight 1 for the units of one fork and 0 for the others.
    int[] only(int fork) {
        int[] weights = new int[pieces.size()];
        Arrays.fill(weights, forkStart[fork], forkStart[fork + 1], 1);
        return weights;
    }

    int[] all() {
        int[] weights = new int[pieces.size()];
        Arrays.fill(weights, 1);
        return weights;
    }

    /// Draws as many units from each fork as it has, with replacement.
    void drawWithinForks(SplittableRandom random, int[] weights) {
        Arrays.fill(weights, 0);
        for (int f = 0; f < forks(); f++) {
            drawFrom(f, random, weights);
        }
    }

    /// Draws forks with replacement, and units from each drawn fork.
    void drawForks(SplittableRandom random, int[] weights) {
        Arrays.fill(weights, 0);
        for (int f = 0; f < forks(); f++) {
            drawFrom(random.nextInt(forks()), random, weights);
        }
    }

    private void drawFrom(int fork, SplittableRandom random, int[] weights) {
        int size = size(fork);
        for (int i = 0; i < size; i++) {
            weights[forkStart[fork] + random.nextInt(size)]++;
        }
    }
}
