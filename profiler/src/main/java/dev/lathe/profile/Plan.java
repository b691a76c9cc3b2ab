package dev.lathe.profile;

import java.util.List;

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
}
