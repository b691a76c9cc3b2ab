package dev.lathe.profile;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// How fast a machine did the same small work during a run: what tells runs apart that no counter tells apart.
///
/// A run may find another ratio than all others of the same models, its two forks agreeing, without load, steal or a lower
/// clock to be seen: a virtual machine does not see the neighbour on the other hyper-thread of its core, nor that its two
/// CPUs are now one core. What is constant during a run shows only against other runs, so paces are kept.
///
/// @param arithmeticNs a fixed number of multiplications
/// @param memoryNs reading 8 MB once
/// @param handoffNs passing a word from one CPU to another and back, which is what threads of one model do all the time; 0 with
/// one CPU
/// @param sharing how much longer arithmetic takes on all CPUs at once than on one; below 1 where the one was disturbed, which
/// counts as 1
public record Pace(long arithmeticNs, long memoryNs, long handoffNs, double sharing) {
    private static final int FASTEST = 10;
    private static final double SLOWER = 1.25;
    private static final double SLOWER_HANDOFF = 1.8;
    private static final double SLOWER_SHARING = 1.3;

    /// In what this run was slower than the fastest tenth of earlier ones, as caveats.
    ///
    /// A tenth and not the best: one lucky moment, a neighbour's pause or a clock raised for a second, would make every later
    /// run look slow.
    ///
    /// @param earlier paces of runs of this machine; empty: nothing to compare with
    public List<Problem> against(List<Pace> earlier) {
        List<Problem> caveats = new ArrayList<>();
        slower("arithmetic", (double) arithmeticNs, earlier.stream().mapToDouble(Pace::arithmeticNs), SLOWER, caveats);
        slower("reading memory", (double) memoryNs, earlier.stream().mapToDouble(Pace::memoryNs), SLOWER, caveats);
        slower("passing work between CPUs", (double) handoffNs, earlier.stream().mapToDouble(Pace::handoffNs),
                SLOWER_HANDOFF,
                caveats);
        slower("arithmetic on all CPUs at once", Math.max(1, sharing),
                earlier.stream().mapToDouble(p -> Math.max(1, p.sharing)),
                SLOWER_SHARING, caveats);
        return caveats;
    }

    private static void slower(String what, double now, DoubleStream earlier, double limit, List<Problem> caveats) {
        double[] sorted = earlier.filter(v -> v > 0).sorted().toArray();
        if (sorted.length == 0) {
            return;
        }
        double ratio = now / sorted[(sorted.length - 1) / FASTEST];
        if (ratio > limit) {
            caveats.add(Problem.warning("slower-than-before", what, String.format(Locale.ROOT,
                    "this took %.2f times as long during the whole run as in the fastest tenth of %d earlier ones here",
                    ratio, sorted.length),
                    "Ratios of models that use it differently may differ from other runs': repeat it later."));
        }
    }
}
