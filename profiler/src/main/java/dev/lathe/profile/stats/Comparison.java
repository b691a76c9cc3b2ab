package dev.lathe.profile.stats;

import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// Several variants, each against each: who is faster, and who cannot be told apart.
///
/// With k variants there are k(k-1)/2 pairs, and with 20 intervals of 95 % one is expected to be wrong. So each is widened
/// until all of them together hold with 95 % (Bonferroni): a difference that is told holds in spite of the others.
///
/// @param names the fastest first
/// @param pairs each pair once, the faster one (by its median) first: its ratio to the other
/// @param alike largest sets of variants of which no two are told apart; one variant may be in several
public record Comparison(List<String> names, List<Pair> pairs, List<List<String>> alike) {

    /// Copies the lists.
    public Comparison {
        names = List.copyOf(names);
        pairs = List.copyOf(pairs);
        alike = alike.stream().map(List::copyOf).toList();
    }

    /// Two variants.
    ///
    /// @param one the faster by its median
    /// @param other the slower by its median
    /// @param ratio of `one` to `other`, below 1 being faster
    public record Pair(String one, String other, Reading<RatioInterval> ratio) {
        private boolean isOf(String first, String second) {
            return one.equals(first) && other.equals(second);
        }
    }

    /// How two variants compare.
    @FunctionalInterface
    public interface Ratio {
        /// The ratio of two variants, its interval wide enough to hold together with so many others.
        Reading<RatioInterval> of(String one, String other, int comparisons);
    }

    /// Compares what was measured side by side.
    ///
    /// @param measured forks by name; block `i` of fork `f` of each were neighbours in time
    public static Comparison of(SequencedMap<String, List<Fork>> measured, ForkNoise noise, BlockBootstrap bootstrap) {
        SequencedMap<String, Double> medians = new LinkedHashMap<>();
        measured.forEach((name, forks) -> {
            long[] sorted = Fork.sorted(forks);
            medians.put(name, (double) sorted[(sorted.length - 1) / 2]);
        });
        return of(medians, (one, other, comparisons) -> RatioInterval.of(forks(measured, one), forks(measured, other),
                noise, bootstrap, comparisons));
    }

    private static List<Fork> forks(Map<String, List<Fork>> measured, String name) {
        return Objects.requireNonNull(measured.get(name));
    }

    /// Compares by any ratio.
    ///
    /// @param medians what orders the names, the fastest being the smallest
    public static Comparison of(SequencedMap<String, Double> medians, Ratio ratio) {
        List<String> names = medians.entrySet().stream().sorted(Comparator.comparingDouble(Map.Entry::getValue))
                .map(Map.Entry::getKey).toList();
        int comparisons = Math.max(1, names.size() * (names.size() - 1) / 2);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                pairs.add(new Pair(names.get(i), names.get(j), ratio.of(names.get(i), names.get(j), comparisons)));
            }
        }
        List<List<String>> alike = new ArrayList<>();
        cliques(new LinkedHashSet<>(), new LinkedHashSet<>(names), new LinkedHashSet<>(), pairs, alike);
        List<List<String>> sorted = alike.stream().filter(set -> set.size() > 1)
                .map(set -> set.stream().sorted(Comparator.comparingInt(names::indexOf)).toList())
                .sorted(Comparator.comparingInt(set -> names.indexOf(set.getFirst()))).toList();
        return new Comparison(names, pairs, sorted);
    }

    /// The pair of two names, in whichever order; the ratio is of the first to the second.
    public Optional<Reading<RatioInterval>> ratio(String one, String other) {
        return pairs.stream()
                .filter(p -> p.isOf(one, other) || p.isOf(other, one))
                .findFirst().map(p -> p.one().equals(one) ? p.ratio() : p.ratio().map(RatioInterval::inverse));
    }

    /// How many intervals hold together.
    public int comparisons() {
        return pairs.size();
    }

    /// Maximal sets without a difference, by Bron and Kerbosch's algorithm (1973), enough for a dozen variants.
    private static void cliques(Set<String> chosen, Set<String> open, Set<String> done, List<Pair> pairs,
            List<List<String>> found) {
        if (open.isEmpty() && done.isEmpty()) {
            found.add(List.copyOf(chosen));
            return;
        }
        for (String name : List.copyOf(open)) {
            Set<String> more = new LinkedHashSet<>(chosen);
            more.add(name);
            cliques(more, alike(name, open, pairs), alike(name, done, pairs), pairs, found);
            open.remove(name);
            done.add(name);
        }
    }

    private static Set<String> alike(String name, Set<String> others, List<Pair> pairs) {
        Set<String> alike = new LinkedHashSet<>(others);
        alike.remove(name);
        pairs.stream().filter(p -> differ(p.ratio())).forEach(p -> {
            if (p.one().equals(name)) {
                alike.remove(p.other());
            } else if (p.other().equals(name)) {
                alike.remove(p.one());
            }
        });
        return alike;
    }

    private static boolean differ(Reading<RatioInterval> ratio) {
        return ratio.toOptional().map(r -> r.verdict() != Verdict.NO_DIFFERENCE).orElse(false);
    }
}
