package dev.lathe.profile;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// How a measurement is made; stored whole beside its result.
///
/// @param session how the runtime runs the model
/// @param forks fresh worker processes for each variant
/// @param rounds A B B A rounds in each fork, at most; a short budget takes fewer
/// @param batches batch sizes whose throughput is measured, beside single queries
/// @param budgetNs time for measuring, in nanoseconds: what it cannot support is left out, not guessed
/// @param seed of every order and resampling
public record Plan(SessionSettings session, int forks, int rounds, List<Integer> batches, long budgetNs, long seed) {
    /// What is measured: one query after the other, batch 1 (MLPerf Inference's single-stream).
    public static final String SCENARIO = "single-stream";

    /// Copies the list.
    public Plan {
        batches = List.copyOf(batches);
        if (forks < 1 || rounds < 1 || budgetNs <= 0) {
            throw new IllegalArgumentException("forks, rounds and budget must be positive");
        }
    }

    /// How long measuring takes, in nanoseconds: exact arithmetic where all durations are known, else at most so long.
    ///
    /// @param medians of single queries of each subject, in nanoseconds, where they are known
    public long predictedNs(List<OptionalLong> medians) {
        boolean known = medians.stream().allMatch(OptionalLong::isPresent);
        List<Long> values = medians.stream().mapToLong(m -> m.orElse(0)).boxed().toList();
        long perQuery = known ? values.stream().mapToLong(Long::longValue).sum() : 0;
        Optional<Sizing> sizing = known ? Optional.of(Sizing.singleStream(this, values)) : Optional.empty();
        TimeLeft left = new TimeLeft(this, medians.size(), perQuery, values, sizing,
                ForkRun.REST_BESIDE_POOLS_NS + Sizing.leadInNs(this, medians.size()));
        double batches = known || largerBatches() == 0 ? 0 : Sizing.BATCH_SHARE * budgetNs;
        return (long) (left.forkNs() * forks + batches);
    }

    int largerBatches() {
        return (int) batches.stream().filter(b -> b > 1).count();
    }
}
