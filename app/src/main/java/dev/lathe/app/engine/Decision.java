package dev.lathe.app.engine;

import dev.lathe.base.Reading;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// Who wins: within the accuracy budget and the SLO, the fastest whose ratio's interval excludes 1; if there is none, the
/// smallest that is shown not to be slower; else the original. An SLO that n cannot decide excludes nobody.
///
/// @param winner name of the winner; where nothing qualifies, of the closest
/// @param qualifies whether the winner holds the budget and the SLO
/// @param why in words
/// @param verdicts each row with its own words
public record Decision(String winner, boolean qualifies, String why, List<VariantResult> verdicts) {
    /// Not slower means that being slower by more than this is excluded; a wide interval alone shows nothing.
    private static final double NOT_SLOWER = 1.05;
    /// Reasons named where integers are no faster; all of them are told by `lathe explain`.
    private static final int MOST_REASONS = 3;
    /// Name of the variant that is the model as it came.
    public static final String ORIGINAL = "original";

    /// Copies the list.
    public Decision {
        verdicts = List.copyOf(verdicts);
    }

    /// Decides.
    ///
    /// @param maxDrop largest acceptable drop, in points or the metric's unit
    public static Decision of(List<VariantResult> rows, double maxDrop, OptionalLong sloP99Ns) {
        List<VariantResult> able = rows.stream().filter(r -> r.failure().isEmpty() && r.timed().isPresent()).toList();
        List<VariantResult> accurate = able.stream().filter(r -> drop(r) <= maxDrop).toList();
        List<VariantResult> candidates = accurate.stream().filter(r -> slo(r, sloP99Ns) != Slo.MISSED).toList();
        Optional<VariantResult> fastest = candidates.stream().filter(r -> is(r, Verdict.FASTER))
                .min(Comparator.comparingDouble(r -> r.ratio().map(RatioInterval::value).orElse(1.0)));
        Optional<VariantResult> smallest = candidates.stream()
                .filter(r -> isOriginal(r) || isNotSlower(r))
                .min(Comparator.comparingLong(Decision::size).thenComparing(r -> !isOriginal(r)));
        Optional<VariantResult> winner = fastest.or(() -> smallest);
        String name = winner.or(() -> closest(able, maxDrop)).map(VariantResult::name).orElse(ORIGINAL);
        String why = winner
                .map(w -> fastest.isPresent() ? "the fastest that holds the accuracy budget" : whyNotFaster(w))
                .orElseGet(() -> "nothing holds " + (sloP99Ns.isPresent() ? "the SLO" : "the accuracy budget")
                        + "; " + name + " comes closest");
        List<VariantResult> verdicts = new ArrayList<>();
        for (VariantResult row : rows) {
            verdicts.add(row.saying(words(row, name, winner.isPresent(), maxDrop, sloP99Ns, fastest)));
        }
        return new Decision(name, winner.isPresent(), why, verdicts);
    }

    private static String whyNotFaster(VariantResult winner) {
        return isOriginal(winner)
                ? "no variant is shown to be faster within the accuracy budget, so the model stays as it is"
                : "no variant is shown to be faster within the accuracy budget; it is the smallest that is not slower";
    }

    /// The one that misses the fewest goals by the least: the fastest within the accuracy budget, else the fastest.
    private static Optional<VariantResult> closest(List<VariantResult> able, double maxDrop) {
        return able.stream().min(Comparator.<VariantResult>comparingInt(r -> drop(r) <= maxDrop ? 0 : 1)
                .thenComparingDouble(
                        r -> isOriginal(r) ? 1.0 : r.ratio().map(RatioInterval::value).orElse(Double.MAX_VALUE)));
    }

    private static boolean isOriginal(VariantResult row) {
        return row.name().equals(ORIGINAL);
    }

    private static long size(VariantResult row) {
        return row.made().map(VariantResult.Made::sizeBytes).orElse(Long.MAX_VALUE);
    }

    private static boolean isNotSlower(VariantResult row) {
        return is(row, Verdict.NO_DIFFERENCE)
                && row.ratio().map(r -> r.interval().high() <= NOT_SLOWER).orElse(false);
    }

    private static boolean is(VariantResult row, Verdict verdict) {
        return row.ratio().map(r -> r.verdict() == verdict).orElse(false);
    }

    /// The paired point estimate; what was not scored has no drop to hold against it.
    private static double drop(VariantResult row) {
        return row.scored().flatMap(s -> s.drop()).map(PairedComparison::drop).orElse(0.0);
    }

    private enum Slo {
        MET, MISSED, NOT_SHOWN
    }

    private static Slo slo(VariantResult row, OptionalLong sloP99Ns) {
        if (sloP99Ns.isEmpty() || row.timed().isEmpty()) {
            return Slo.MET;
        }
        Reading<Estimate> p99 = row.timed().get().latency().p99Ns();
        Optional<Estimate> median = row.timed().get().latency().medianNs().toOptional();
        if (p99 instanceof Reading.Known<Estimate>(var estimate, _)) {
            return estimate.value() <= sloP99Ns.getAsLong() ? Slo.MET : Slo.MISSED;
        }
        // half of the queries over the bound is more than one in a hundred, whatever n is
        return median.isPresent() && median.get().value() > sloP99Ns.getAsLong() ? Slo.MISSED : Slo.NOT_SHOWN;
    }

    private static String words(VariantResult row, String winner, boolean qualifies, double maxDrop, OptionalLong slo,
            Optional<VariantResult> fastest) {
        if (row.failure().isPresent()) {
            return row.failure().get().what();
        }
        List<String> words = new ArrayList<>();
        if (row.name().equals(winner)) {
            words.add(qualifies ? "winner" : "closest, but does not qualify");
        }
        row.ratio().map(RatioInterval::words).ifPresent(words::add);
        row.scored().flatMap(s -> s.drop()).ifPresent(d -> {
            if (d.drop() > maxDrop) {
                words.add(String.format(Locale.ROOT, "loses %.2f %s, more than the budget of %.2f", d.drop(),
                        d.inPoints() ? "points" : "of " + d.metricId(), maxDrop));
            }
        });
        switch (slo(row, slo)) {
            case MISSED -> words.add("misses the SLO");
            case NOT_SHOWN -> words.add("SLO not shown, n is too small for a p99");
            case MET -> {
                // nothing to say
            }
        }
        fastest.filter(f -> qualifies && !row.name().equals(winner) && drop(row) <= maxDrop && is(row, Verdict.FASTER))
                .ifPresent(f -> words.add("slower than " + f.name()));
        return words.isEmpty() ? "the reference" : String.join("; ", words) + reasons(row);
    }

    /// Why integers are no faster, after a colon, which a verdict has none of by itself.
    private static String reasons(VariantResult row) {
        List<String> reasons = row.ratio().isEmpty() || is(row, Verdict.FASTER)
                ? List.of()
                : row.why().filter(w -> w.structure().toOptional().filter(s -> s.onIntegers() > 0).isPresent())
                        .map(w -> w.reasons(row.speed()).stream().limit(MOST_REASONS).toList()).orElse(List.of());
        return reasons.isEmpty() ? "" : ": " + String.join("; ", reasons);
    }
}
