package dev.lathe.profile;

import dev.lathe.profile.stats.EarlyStopping;
import java.util.Collection;
import java.util.List;

/// How much is measured within a budget: pure arithmetic over the durations that warming up has shown.
///
/// @param rounds A B B A rounds in each fork
/// @param queries queries of each block, the same for all subjects, so that all see the same samples
/// @param supportsP99 whether the budget allows the queries that a p99 needs
record Sizing(int rounds, int queries, boolean supportsP99) {
    /// A shorter block would be mostly the machine waking up.
    static final long SHORTEST_BLOCK_NS = 15_000_000;
    /// The share of the budget for single queries; the rest is for batches, starting and warming up.
    static final double SHARE = 0.5;
    /// The share for each batch size's throughput, of what is left.
    static final double BATCH_SHARE = 0.25;
    static final int BATCH_BLOCKS = 4;
    private static final long BATCH_BLOCK_NS = 40_000_000;
    private static final long LEAD_IN_NS = 50_000_000;
    private static final double LEAD_IN_SHARE = 0.15;

    /// How long a session with several threads runs before its block is counted, in nanoseconds.
    ///
    /// Threads that wake up after a rest may find themselves on one CPU, where they stand in each other's way until the
    /// kernel has spread them, which takes it some of its ticks (4 ms each). Seen with two threads on two CPUs: without a
    /// lead-in up to nine of ten blocks were counted at the speed of one thread, with 20 ms few, with 50 ms none.
    static long leadInNs(Plan plan, int subjects) {
        int blocks = plan.forks() * subjects * (2 * plan.rounds() + BATCH_BLOCKS * plan.largerBatches());
        return (long) Math.min(LEAD_IN_NS, LEAD_IN_SHARE * plan.budgetNs() / Math.max(1, blocks));
    }

    /// Blocks of one subject in one fork.
    int blocks() {
        return 2 * rounds;
    }

    /// Chooses the rounds and queries for single-stream latency.
    ///
    /// @param medians a first idea of each subject's duration of one query, in nanoseconds
    static Sizing singleStream(Plan plan, Collection<Long> medians) {
        double perQuery = Math.max(1, medians.stream().mapToLong(Long::longValue).sum());
        double budget = SHARE * plan.budgetNs();
        long fastest = Math.max(1, medians.stream().mapToLong(Long::longValue).min().orElse(1));
        int blocks = 2 * plan.rounds() * plan.forks();
        int forP99 = Math.ceilDiv(EarlyStopping.firstEstimable(0.99), blocks);
        if (forP99 * blocks * perQuery <= budget) {
            int longEnough = (int) Math.min(20_000, Math.ceilDiv(SHORTEST_BLOCK_NS, fastest));
            int affordable = (int) Math.min(Integer.MAX_VALUE, budget / (blocks * perQuery));
            return new Sizing(plan.rounds(), Math.max(forP99, Math.min(longEnough, affordable)), true);
        }
        int rounds = plan.rounds();
        while (rounds > 1 && 2 * rounds * plan.forks() * perQuery > budget) {
            rounds--;
        }
        int queries = (int) Math.max(1, budget / (2.0 * rounds * plan.forks() * perQuery));
        return new Sizing(rounds, queries, false);
    }

    /// Queries of each block of a batch size; 0 where the budget does not support it.
    ///
    /// @param batchNs a first idea of each subject's duration of one query of that batch, in nanoseconds
    static int batchQueries(Plan plan, int batch, List<Long> batchNs, int batches) {
        double perQuery = Math.max(1, batchNs.stream().mapToLong(Long::longValue).sum());
        double budget = BATCH_SHARE * plan.budgetNs() / Math.max(1, batches);
        double affordable = budget / (BATCH_BLOCKS * plan.forks() * perQuery);
        long fastest = Math.max(1, batchNs.stream().mapToLong(Long::longValue).min().orElse(1));
        int wanted = (int) Math.max(2, Math.min(2_000, Math.ceilDiv(BATCH_BLOCK_NS, fastest)));
        return (int) Math.min(wanted, affordable);
    }
}
