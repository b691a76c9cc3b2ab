package dev.lathe.profile;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// How long a fork takes, before and while it is measured: arithmetic over what is known of each subject's queries.
///
/// @param subjects how many take turns
/// @param perQueryNs of all subjects together, a single query each; 0 where nothing is known yet
/// @param sizing of single queries; empty before it is known
/// @param restNs before each block
record TimeLeft(Plan plan, int subjects, long perQueryNs, List<Long> medians, Optional<Sizing> sizing,
        long restNs) {
    /// Starting a worker, loading a model of the usual size and warming up, on two cores.
    private static final long STARTING_NS = 900_000_000;

    /// What a fork does, with the share of its time that each takes for the progress bar.
    enum Phase {
        STARTING(0, 0.2), SINGLES(0.2, 0.75), BATCHES(0.75, 1);

        final double from;
        final double to;

        Phase(double from, double to) {
            this.from = from;
            this.to = to;
        }
    }

    /// Time left: what this phase still needs, then the phases after it, then the forks after this one.
    OptionalLong remaining(Phase phase, double within, int fork) {
        double phaseLeft = (1 - within) * phaseNs(phase);
        double forkLeft = 0;
        for (Phase each : Phase.values()) {
            forkLeft += each.compareTo(phase) > 0 ? phaseNs(each) : 0;
        }
        return OptionalLong.of((long) (phaseLeft + forkLeft + (plan.forks() - 1 - fork) * forkNs()));
    }

    /// How long one fork takes.
    double forkNs() {
        double sum = 0;
        for (Phase each : Phase.values()) {
            sum += phaseNs(each);
        }
        return sum;
    }

    private double phaseNs(Phase each) {
        double rests = subjects * (double) restNs;
        return switch (each) {
            case STARTING -> subjects * (double) STARTING_NS;
            case SINGLES -> perQueryNs == 0 || sizing.isEmpty()
                    ? Sizing.SHARE * plan.budgetNs() / plan.forks()
                    : 2.0 * sizing.get().rounds() * (perQueryNs * (sizing.get().queries() + 2.0) + rests);
            case BATCHES -> {
                double sum = 0;
                int larger = perQueryNs == 0 ? 0 : plan.largerBatches();
                for (int batch : plan.batches()) {
                    if (batch > 1 && larger > 0) {
                        List<Long> durations = medians.stream().map(m -> batch * m).toList();
                        int queries = Sizing.batchQueries(plan, batch, durations, larger);
                        sum += Sizing.BATCH_BLOCKS * (perQueryNs * (double) batch * (queries + 2) + rests);
                    }
                }
                yield sum;
            }
        };
    }
}
