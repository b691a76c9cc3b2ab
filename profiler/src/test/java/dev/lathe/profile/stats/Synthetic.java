package dev.lathe.profile.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Service times with a known truth: a distribution, a drift that neighbours in time share, and luck of each process.
final class Synthetic {

    /// One service time in nanoseconds.
    @FunctionalInterface
    interface Service {
        double drawNs(SplittableRandom random);
    }

    static final Service CONSTANT = _ -> 1_000_000;
    static final Service LOG_NORMAL = random -> 1_000_000 * Math.exp(0.2 * random.nextGaussian());
    /// 65 % near 1 ms, 35 % near 2 ms.
    static final Service BIMODAL = random -> (random.nextDouble() < 0.65 ? 1_000_000 : 2_000_000)
            * Math.exp(0.05 * random.nextGaussian());
    /// 1 ms, and 2 % of the calls stall for up to 50 ms more.
    static final Service STALLS = random -> 1_000_000 * Math.exp(0.05 * random.nextGaussian())
            + (random.nextDouble() < 0.02 ? random.nextDouble() * 50_000_000 : 0);

    private Synthetic() {}

    /// Independent samples of one distribution.
    static List<Fork> independent(Service service, int forks, int blocks, int samples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Fork> result = new ArrayList<>();
        for (int f = 0; f < forks; f++) {
            List<long[]> list = new ArrayList<>();
            for (int b = 0; b < blocks; b++) {
                list.add(block(service, samples, 1, random));
            }
            result.add(new Fork(list));
        }
        return result;
    }

    /// What a comparison meets.
    ///
    /// @param forks processes of each variant
    /// @param blocks blocks of each process
    /// @param drift standard deviation of the machine's slow drift (log), which both variants see alike
    /// @param sharedOffset standard deviation of what a fork adds to all its processes alike (log)
    /// @param processOffset standard deviation of each process's own luck (log)
    record Setting(int forks, int blocks, double drift, double sharedOffset, double processOffset) {

        /// Variants measured in interleaved blocks, as `factors` times the service time; A B B A with two.
        List<List<Fork>> measure(Service service, long seed, double... factors) {
            SplittableRandom random = new SplittableRandom(seed);
            List<List<Fork>> variants = new ArrayList<>();
            for (int v = 0; v < factors.length; v++) {
                variants.add(new ArrayList<>());
            }
            for (int f = 0; f < forks; f++) {
                double shared = sharedOffset * random.nextGaussian();
                double[] own = new double[factors.length];
                List<List<long[]>> blocksOf = new ArrayList<>();
                for (int v = 0; v < factors.length; v++) {
                    own[v] = processOffset * random.nextGaussian();
                    blocksOf.add(new ArrayList<>());
                }
                double walk = 0;
                for (int b = 0; b < blocks; b++) {
                    for (int i = 0; i < factors.length; i++) {
                        int v = b % 2 == 0 ? i : factors.length - 1 - i;
                        walk = 0.95 * walk + Math.sqrt(1 - 0.95 * 0.95) * drift * random.nextGaussian();
                        double level = factors[v] * Math.exp(shared + own[v] + walk);
                        blocksOf.get(v).add(block(service, 20, level, random));
                    }
                }
                for (int v = 0; v < factors.length; v++) {
                    variants.get(v).add(new Fork(blocksOf.get(v)));
                }
            }
            return variants;
        }
    }

    private static long[] block(Service service, int samples, double level, SplittableRandom random) {
        long[] block = new long[samples];
        for (int i = 0; i < samples; i++) {
            block[i] = Math.max(1, Math.round(level * service.drawNs(random)));
        }
        return block;
    }
}
