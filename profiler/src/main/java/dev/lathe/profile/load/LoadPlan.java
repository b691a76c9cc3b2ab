package dev.lathe.profile.load;

import dev.lathe.base.Problem;
import dev.lathe.serving.queue.Batching;

/// How a model is put under load; stored whole beside its result.
///
/// @param scenario who asks when
/// @param batching how queries are queued and batched; `offline` brings its own batch
/// @param instances sessions side by side in one worker, one thread each beside the runtime's own
/// @param durationNs how long queries arrive, in nanoseconds
/// @param leadInNs at first, how long they are not counted: the queue starts empty and would flatter; less than the duration
/// @param drainNs how long after the last arrival answers are waited for; what is unanswered then counts as that late
/// @param mostQueries the run ends early at so many
/// @param seed of everything random beside the arrivals: which sample a query carries, resampling
public record LoadPlan(Scenario scenario, Batching batching, int instances, long durationNs, long leadInNs,
        long drainNs, int mostQueries, long seed) {
    /// Forty bytes a query are kept: 80 MB.
    public static final int MOST_QUERIES = 2_000_000;
    private static final double LEAD_IN_SHARE = 0.1;
    private static final long DRAIN_NS = 2_000_000_000L;

    /// Checks the numbers.
    ///
    /// @throws dev.lathe.base.ProblemException if a number cannot be, naming it
    public LoadPlan {
        if (instances < 1) {
            throw impossible(instances + " instances", "Choose 1 or more.");
        }
        if (durationNs <= 0 || leadInNs < 0 || leadInNs >= durationNs || drainNs < 0 || mostQueries < 1) {
            throw impossible("a run of " + durationNs + " ns with a lead-in of " + leadInNs + " ns, a drain of "
                    + drainNs + " ns and " + mostQueries + " queries", "Choose a longer duration.");
        }
    }

    private static dev.lathe.base.ProblemException impossible(String what, String remedy) {
        return Problem.error("load-impossible", "", what + " cannot be", remedy).toException();
    }

    /// A plan whose lead-in is a tenth of the duration, and which waits two seconds for late answers.
    public static LoadPlan of(Scenario scenario, Batching batching, int instances, long durationNs, long seed) {
        return new LoadPlan(scenario, batching, instances, durationNs, (long) (LEAD_IN_SHARE * durationNs), DRAIN_NS,
                MOST_QUERIES, seed);
    }

    /// The same plan with another scenario.
    public LoadPlan with(Scenario other) {
        return new LoadPlan(other, batching, instances, durationNs, leadInNs, drainNs, mostQueries, seed);
    }

    /// The same plan for another time, the lead-in in proportion.
    public LoadPlan lasting(long ns) {
        return new LoadPlan(scenario, batching, instances, ns, (long) ((double) leadInNs * ns / durationNs), drainNs,
                mostQueries, seed);
    }

    /// The most samples in a batch.
    public int maxBatch() {
        return switch (scenario) {
            case Scenario.Offline(int batch) -> batch;
            case Scenario.SingleStream() -> 1;
            case Scenario.Concurrency _,Scenario.Server _ -> batching.maxBatch();
        };
    }
}
