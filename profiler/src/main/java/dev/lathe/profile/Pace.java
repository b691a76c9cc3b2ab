package dev.lathe.profile;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How fast a machine did the same small work during a run: what tells runs apart that no counter tells apart.
///
/// A run may find another ratio than all others of the same models, its two forks agreeing, without load, steal or a lower
/// clock to be seen: a virtual machine does not see the neighbour on the other hyper-thread of its core, nor that its two
/// CPUs are now one core. What is constant during a run shows only against other runs, so the best pace is kept.
///
/// @param arithmeticNs a fixed number of multiplications
/// @param memoryNs reading 8 MB once
/// @param handoffNs passing a word from one CPU to another and back, which is what threads of one model do all the time; 0 with
/// one CPU
/// @param sharing how much longer arithmetic takes on all CPUs at once than on one
public record Pace(long arithmeticNs, long memoryNs, long handoffNs, double sharing) {
    private static final double SLOWER = 1.25;
    private static final double SLOWER_HANDOFF = 1.8;
    private static final double SLOWER_SHARING = 1.3;

    /// The better of both in each respect.
    public Pace best(Pace other) {
        return new Pace(Math.min(arithmeticNs, other.arithmeticNs), Math.min(memoryNs, other.memoryNs),
                handoffNs == 0 || other.handoffNs == 0
                        ? Math.max(handoffNs, other.handoffNs)
                        : Math.min(handoffNs, other.handoffNs),
                Math.min(sharing, other.sharing));
    }

    /// In what this run was slower than the machine at its best, as caveats.
    public List<Problem> against(Pace best) {
        List<Problem> caveats = new ArrayList<>();
        slower("arithmetic", (double) arithmeticNs / best.arithmeticNs, SLOWER).ifPresent(caveats::add);
        slower("reading memory", (double) memoryNs / best.memoryNs, SLOWER).ifPresent(caveats::add);
        if (best.handoffNs > 0) {
            slower("passing work between CPUs", (double) handoffNs / best.handoffNs, SLOWER_HANDOFF)
                    .ifPresent(caveats::add);
        }
        slower("arithmetic on all CPUs at once", sharing / best.sharing, SLOWER_SHARING).ifPresent(caveats::add);
        return caveats;
    }

    private static Optional<Problem> slower(String what, double ratio, double limit) {
        return ratio <= limit
                ? Optional.empty()
                : Optional.of(Problem.warning("slower-than-before", what, String.format(Locale.ROOT,
                        "this took %.2f times as long during the whole run as on this machine at its best", ratio),
                        "Ratios of models that use it differently may differ from other runs': repeat it later."));
    }
}
