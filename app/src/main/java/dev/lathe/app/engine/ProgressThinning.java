package dev.lathe.app.engine;

import dev.lathe.base.Progress;

/// Decides which steps of a progress are worth keeping for good: a new kind of work, a tenth done, a while gone by.
/// Not thread-safe.
final class ProgressThinning {
    private static final double STEP = 0.1;
    private static final long WHILE_NS = 10_000_000_000L;

    private String kind = "";
    private double fraction;
    private long keptNs;

    /// Whether to keep it.
    ///
    /// @param nowNs on a clock that never goes back
    boolean keeps(Progress progress, long nowNs) {
        // "measuring clean, fork 1 of 2": the verb says what kind of work it is
        String now = progress.step().replaceAll("[ :].*", "");
        if (now.equals(kind) && progress.fraction() < fraction + STEP && nowNs - keptNs < WHILE_NS) {
            return false;
        }
        kind = now;
        fraction = progress.fraction();
        keptNs = nowNs;
        return true;
    }
}
