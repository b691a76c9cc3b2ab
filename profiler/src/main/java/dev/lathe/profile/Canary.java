package dev.lathe.profile;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/// The same small work done again and again between blocks: whether the machine itself keeps its speed. It sees what no counter
/// of a virtual machine shows: a neighbour on the other hyper-thread of a core, a lower clock, a cache that others fill.
///
/// The fastest of several goes counts, so that being interrupted does not look like being slow.
/// *Cost*: about 3 ms a look.
final class Canary {
    private static final int GOES = 5;
    private static final int STEPS = 60_000;
    private static final int WORDS = 1 << 20;
    private static final int HANDOFFS = 500;
    private static final long HANDOFF_LIMIT_NS = 50_000_000;
    private static final int SPINS = 1_000;
    private static final int STOP = -1;
    private static final int WARM_UP_GOES = 40;
    /// Beyond this the work took longer by more than two quiet looks differ (4 % were seen on an idle virtual machine).
    private static final double UNEVEN = 1.15;
    private static final double UNEVEN_MEMORY = 1.4;
    private static final double SHARED = 1.25;
    /// The share of looks that may be off: medians of blocks bear as many.
    private static final double SPARED = 0.1;
    /// How often a machine that is off in just this share of looks may be told of all the same.
    private static final double FALSE_ALARMS = 0.05;

    private final long[] words = new long[WORDS];
    private final List<Long> arithmeticNs = new ArrayList<>();
    private final List<Long> memoryNs = new ArrayList<>();
    private final List<Long> handoffNs = new ArrayList<>();
    private final List<Double> shares = new ArrayList<>();
    private double sharing = 1;
    @SuppressWarnings("UnusedVariable") // written so that the compiler cannot leave out the work
    private long sink;

    Canary() {
        Arrays.setAll(words, i -> i * 0x9E3779B97F4A7C15L);
        for (int i = 0; i < WARM_UP_GOES; i++) {
            sink += arithmetic(STEPS, i) + sum(words);
        }
    }

    /// Looks once; not while a block runs.
    void look() {
        long arithmetic = Long.MAX_VALUE;
        long memory = Long.MAX_VALUE;
        for (int i = 0; i < GOES; i++) {
            long start = System.nanoTime();
            sink += arithmetic(STEPS, i);
            long between = System.nanoTime();
            sink += sum(words);
            memory = Math.min(memory, System.nanoTime() - between);
            arithmetic = Math.min(arithmetic, between - start);
        }
        arithmeticNs.add(arithmetic);
        memoryNs.add(memory);
    }

    /// How much longer the arithmetic takes on all these CPUs at once than on one alone.
    void lookAtAll(int cpus) {
        if (cpus < 2) {
            return;
        }
        look();
        handoff();
        long alone = arithmeticNs.getLast();
        try (ExecutorService threads = Executors.newFixedThreadPool(cpus)) {
            CyclicBarrier start = new CyclicBarrier(cpus);
            List<Future<Long>> times = new ArrayList<>();
            for (int i = 0; i < cpus; i++) {
                times.add(threads.submit(() -> together(start)));
            }
            long slowest = 0;
            for (Future<Long> time : times) {
                slowest = Math.max(slowest, time.get());
            }
            shares.add(slowest / (double) Math.max(1, alone));
            sharing = shares.stream().mapToDouble(Double::doubleValue).min().orElse(1);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The fastest of several times that two threads pass a word to and fro; given up on a machine too crowded for it.
    private void handoff() {
        AtomicInteger word = new AtomicInteger();
        try (ExecutorService partner = Executors.newSingleThreadExecutor()) {
            Future<?> answering = partner.submit(() -> {
                for (int i = 1; waitFor(word, i, System.nanoTime() + 2 * HANDOFF_LIMIT_NS); i += 2) {
                    word.set(i + 1);
                }
            });
            long deadline = System.nanoTime() + HANDOFF_LIMIT_NS;
            long fastest = Long.MAX_VALUE;
            int next = 1;
            boolean answered = true;
            for (int go = 0; answered && go < GOES; go++) {
                long start = System.nanoTime();
                for (int i = 0; answered && i < HANDOFFS; i++, next += 2) {
                    word.set(next);
                    answered = waitFor(word, next + 1, deadline);
                }
                fastest = answered ? Math.min(fastest, (System.nanoTime() - start) / HANDOFFS) : fastest;
            }
            word.set(STOP);
            answering.get();
            if (fastest < Long.MAX_VALUE) {
                handoffNs.add(fastest);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whether the value came before the deadline and before the end.
    private static boolean waitFor(AtomicInteger word, int value, long deadline) {
        int spins = 0;
        for (int now = word.get(); now != value; now = word.get()) {
            if (now == STOP) {
                return false;
            }
            // on a crowded machine the partner may be waiting for this CPU
            if (++spins % SPINS == 0) {
                LockSupport.parkNanos(1);
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
            } else {
                Thread.onSpinWait();
            }
        }
        return true;
    }

    /// The typical pace of this run; empty before the first look.
    Optional<Pace> pace() {
        return arithmeticNs.isEmpty()
                ? Optional.empty()
                : Optional.of(new Pace(median(arithmeticNs), median(memoryNs),
                        handoffNs.isEmpty() ? 0 : median(handoffNs), sharing));
    }

    private static long median(List<Long> values) {
        return Math.max(1, values.stream().sorted().toList().get((values.size() - 1) / 2));
    }

    private static long together(CyclicBarrier start) throws Exception {
        start.await();
        long fastest = Long.MAX_VALUE;
        long kept = 0;
        for (int i = 0; i < 2 * GOES; i++) {
            long before = System.nanoTime();
            kept += arithmetic(STEPS, i);
            fastest = Math.min(fastest, System.nanoTime() - before);
        }
        return kept == 0 ? fastest + 1 : fastest;
    }

    /// Independent chains, so that the multiplier is what is short.
    private static long arithmetic(int steps, long seed) {
        long a = seed | 1;
        long b = seed | 3;
        long c = seed | 5;
        long d = seed | 7;
        for (int i = 0; i < steps; i++) {
            a *= 0x5851F42D4C957F2DL;
            b *= 0x14057B7EF767814FL;
            c *= 0x2545F4914F6CDD1DL;
            d *= 0x9E3779B97F4A7C15L;
        }
        return a + b + c + d;
    }

    private static long sum(long[] words) {
        long sum = 0;
        for (long word : words) {
            sum += word;
        }
        return sum;
    }

    /// What the looks show, as caveats.
    List<Problem> caveats() {
        return caveats(arithmeticNs, memoryNs, sharing);
    }

    static List<Problem> caveats(List<Long> arithmeticNs, List<Long> memoryNs, double sharing) {
        List<Problem> caveats = new ArrayList<>();
        uneven("uneven-speed", "the processor", arithmeticNs, UNEVEN, "a neighbour on the same core, or its clock")
                .ifPresent(caveats::add);
        uneven("uneven-memory", "reading memory", memoryNs, UNEVEN_MEMORY, "other programs that fill the cache")
                .ifPresent(caveats::add);
        if (sharing > SHARED) {
            caveats.add(Problem.warning("cpus-share-hardware", "", String.format(Locale.ROOT,
                    "the same work took %.2f times as long on all CPUs at once as on one alone: they share cores, or"
                            + " others use them",
                    sharing), "Compare with one thread, or pin to different cores with --cpus."));
        }
        return caveats;
    }

    /// Whether more looks were off than medians bear, and not by chance: a sample of a machine that is off in one look of ten
    /// shows more than one in ten about every second time. So the count must be one that such a machine reaches in at most one
    /// run in twenty (binomial test, one-sided). Off is what took longer by the limit than the fast ones, of which a tenth is
    /// spared, since a look can be lucky as well.
    private static Optional<Problem> uneven(String code, String what, List<Long> looks, double limit, String why) {
        if (looks.size() < 2) {
            return Optional.empty();
        }
        List<Long> sorted = looks.stream().sorted().toList();
        int spared = (int) (looks.size() * SPARED);
        double fast = Math.max(1, sorted.get(spared));
        long off = sorted.stream().filter(look -> look / fast > limit).count();
        if (off == 0 || BinomialDistribution.of(looks.size(), SPARED)
                .survivalProbability((int) off - 1) > FALSE_ALARMS) {
            return Optional.empty();
        }
        return Optional.of(Problem.warning(code, "",
                String.format(Locale.ROOT,
                        "%s was up to %.2f times slower between some blocks than between others, with the same"
                                + " work (%s), in %d of %d looks",
                        what, sorted.get(looks.size() - 1 - spared) / fast, why, off, looks.size()),
                "Repeat it; ratios may differ from run to run."));
    }
}
