package dev.lathe.profile;

import dev.lathe.base.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether a subject's blocks all had as many CPUs. Where its threads had to share one in some blocks, those were counted at
/// another speed, and the median over all depends on how many they were.
final class CpuShare {
    private static final double LESS = 0.75;
    private static final double MANY = 0.2;

    private CpuShare() {}

    /// The caveat, if too many blocks had fewer CPUs than the others.
    ///
    /// @param threads that run its queries: what a worker uses beyond that (its compiler's threads, at first) is not theirs
    /// @param blocks of one size in one fork
    static Optional<Problem> caveat(String subject, int threads, List<Block> blocks) {
        double[] cpus = blocks.stream().filter(b -> b.wallNs() > 0)
                .mapToDouble(b -> Math.min(threads, (double) b.cpuNs() / b.wallNs())).sorted().toArray();
        if (cpus.length < 2) {
            return Optional.empty();
        }
        double most = cpus[cpus.length - 1];
        double[] fewer = Arrays.stream(cpus).filter(c -> c < LESS * most).toArray();
        return fewer.length <= MANY * cpus.length
                ? Optional.empty()
                : Optional.of(Problem.warning("cpus-shared", subject, String.format(Locale.ROOT,
                        "in %d of %d blocks its threads had only %.1f CPUs on average, in others %.1f",
                        fewer.length, cpus.length, Arrays.stream(fewer).average().orElse(0), most),
                        "Stop other programs, use fewer threads than CPUs, or take the ratio of CPU times."));
    }
}
