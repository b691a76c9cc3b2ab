package dev.lathe.profile.load;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What to know before believing the figures of a run under load.
final class Caveats {
    /// A generator later than this share of the median latency, or than the floor, makes its own latency.
    private static final double LATE_SHARE = 0.05;
    private static final long LATE_FLOOR_NS = 200_000;
    private static final double KEEPS_UP = 0.98;

    private Caveats() {}

    static List<Problem> of(LoadPlan plan, Series series, Reading<Quantiles> response, Reading<Estimate> throughput,
            LoadResult.Counts counts, LoadResult.GeneratorFigures generator) {
        List<Problem> caveats = new ArrayList<>();
        if (plan.scenario() instanceof Scenario.SingleStream || plan.scenario() instanceof Scenario.Concurrency) {
            caveats.add(
                    Problem.note("closed-loop", "", "a closed loop hides queueing: each client waits for its answer "
                            + "before it asks again, so a slow answer puts off the questions behind it"));
        }
        late(plan, response, generator).ifPresent(caveats::add);
        overload(plan, series.runCount(), throughput, counts).ifPresent(caveats::add);
        if (counts.shed() + counts.expired() > 0) {
            caveats.add(Problem.warning("queries-lost", "", counts.shed() + " queries were shed and " + counts.expired()
                    + " expired, of " + counts.offered() + "; percentiles are of those that were answered",
                    "Lower the rate, or allow a longer queue or timeout."));
        }
        if (generator.samples() == 1) {
            caveats.add(Problem.warning("one-sample", "", "all queries carried the same sample, which caches favour",
                    "Give more samples."));
        }
        return List.copyOf(caveats);
    }

    private static Optional<Problem> late(LoadPlan plan, Reading<Quantiles> response,
            LoadResult.GeneratorFigures generator) {
        if (plan.scenario().closedLoop()) {
            return Optional.empty();
        }
        double median = response.toOptional().flatMap(r -> r.p50().toOptional()).map(Estimate::value).orElse(0.0);
        double allowed = Math.max(LATE_SHARE * median, LATE_FLOOR_NS);
        if (generator.latenessP99Ns() <= allowed) {
            return Optional.empty();
        }
        return Optional.of(Problem.warning("generator-late", "",
                String.format(Locale.ROOT,
                        "the load generator was up to %.0f us late at p99 (more than %.0f us), which is in the response times",
                        generator.latenessP99Ns() / 1e3, allowed / 1e3),
                "Leave the generator a processor of its own: fewer threads or instances, or a lower rate."));
    }

    private static Optional<Problem> overload(LoadPlan plan, int runs, Reading<Estimate> throughput,
            LoadResult.Counts counts) {
        if (!(plan.scenario() instanceof Scenario.Server) || throughput.toOptional().isEmpty()) {
            return Optional.empty();
        }
        double offered = counts.offered() * 1e9 / runs / (plan.durationNs() - plan.leadInNs());
        double answered = throughput.toOptional().get().interval().high();
        if (counts.pending() == 0 && answered >= KEEPS_UP * offered) {
            return Optional.empty();
        }
        return Optional.of(Problem.warning("overloaded", "",
                String.format(Locale.ROOT,
                        "%.1f queries a second were offered and %.1f answered, %d still waited at the end; the queue grows, so latencies say how long the run was",
                        offered, throughput.toOptional().get().value(), counts.pending()),
                "Lower the rate."));
    }
}
