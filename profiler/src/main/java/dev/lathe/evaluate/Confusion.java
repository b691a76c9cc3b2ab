package dev.lathe.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// How often samples of one class were taken for another.
public final class Confusion {
    private final int classes;
    private final int[][] counts;

    private Confusion(int classes, int[][] counts) {
        this.classes = classes;
        this.counts = counts;
    }

    /// Counts pairs; a pair that lacks one of both is left out.
    ///
    /// @param right the right class, or what it is held against, by sample
    /// @param chosen the chosen class by sample, in the same order
    public static Confusion of(List<OptionalInt> right, List<OptionalInt> chosen) {
        if (right.size() != chosen.size()) {
            throw new IllegalArgumentException(right.size() + " against " + chosen.size());
        }
        int classes = IntStream.concat(right.stream().flatMapToInt(OptionalInt::stream),
                chosen.stream().flatMapToInt(OptionalInt::stream)).max().orElse(-1) + 1;
        int[][] counts = new int[classes][classes];
        for (int i = 0; i < right.size(); i++) {
            if (right.get(i).isPresent() && chosen.get(i).isPresent()) {
                counts[right.get(i).getAsInt()][chosen.get(i).getAsInt()]++;
            }
        }
        return new Confusion(classes, counts);
    }

    /// How many classes there are.
    public int classes() {
        return classes;
    }

    /// How many samples of a class were taken for another.
    public int count(int right, int chosen) {
        return counts[right][chosen];
    }

    /// How many samples of a class there are.
    public int total(int right) {
        return IntStream.of(counts[right]).sum();
    }

    /// The classes in which most is mistaken, at most so many, in the order of their indices; all where there are no more.
    public List<Integer> mostMistaken(int most) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, classes).boxed().toList());
        if (classes > most) {
            int[] wrong = new int[classes];
            for (int r = 0; r < classes; r++) {
                for (int c = 0; c < classes; c++) {
                    wrong[r] += r == c ? 0 : counts[r][c];
                    wrong[c] += r == c ? 0 : counts[r][c];
                }
            }
            all.sort(Comparator.comparingInt((Integer c) -> wrong[c]).reversed());
            all = new ArrayList<>(all.subList(0, most));
            all.sort(Comparator.naturalOrder());
        }
        return List.copyOf(all);
    }
}
