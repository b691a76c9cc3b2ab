package dev.lathe.profile.drive;

import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.QueryLog;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;

/// Runs of the harness under a virtual clock, whose service times are known.
final class Driven {
    private static final int SAMPLES = 16;

    private Driven() {}

    static LoadRun run(LoadPlan plan, VirtualDrive.Service service) {
        QueryLog log = QueryLog.allocate(plan.mostQueries(), Arena.ofAuto());
        long wallNs = VirtualDrive.run(new Harness(plan, SAMPLES, log), plan.instances(), service);
        return new LoadRun(0, log, new LoadRun.Generator(wallNs, 0, wallNs, 0, SAMPLES, true));
    }

    static LoadResult result(LoadPlan plan, VirtualDrive.Service service) {
        return LoadResult.of(plan, List.of(run(plan, service)));
    }

    /// One query in nanoseconds, drawn.
    @FunctionalInterface
    interface Draw {
        double ns(SplittableRandom random);
    }

    /// Independent service times of one distribution, the same for each query of a batch.
    static VirtualDrive.Service drawn(Draw draw, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return (_, _, _, _) -> Math.round(draw.ns(random));
    }

    /// A constant service time on a machine that stands still for a while at every multiple of a period.
    static VirtualDrive.Service stalling(long serviceNs, long periodNs, long stallNs) {
        return (_, _, _, startNs) -> {
            long still = Math.max(0, stallNs - startNs % periodNs);
            if (startNs >= periodNs && still > 0) {
                return still + serviceNs;
            }
            boolean runsInto = startNs % periodNs + serviceNs > periodNs;
            return runsInto ? serviceNs + stallNs : serviceNs;
        };
    }
}
