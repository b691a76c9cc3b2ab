package dev.lathe.app.gui.run;

import dev.lathe.app.chart.Band;
import dev.lathe.app.chart.LatencyHistogram;
import dev.lathe.app.chart.Points;
import dev.lathe.app.chart.Thinning;
import dev.lathe.app.chart.ThroughputByBatch;
import dev.lathe.app.chart.Whiskers;
import dev.lathe.profile.Block;
import dev.lathe.profile.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What the charts of a run need of its blocks, kept thin. The original's second copy, measured against itself, is left
/// out. Blocks come on the window's thread, which only sums them up; what is drawn is worked out where it is asked for, on
/// the thread that draws.
public final class Recordings {
    /// More points than a screen has columns say nothing.
    private static final int MOST_POINTS = 1600;
    private static final int POINTS_A_BLOCK = 48;
    private static final int PARTS = 12;

    private final int charted;
    private volatile Content content = new Content();

    /// All that was taken since the last time that all was forgotten.
    private static final class Content {
        final Queue<Arrived> arrived = new ConcurrentLinkedQueue<>();
        /// By the thread that draws, under its own lock.
        final SequencedMap<String, Recording> recordings = new LinkedHashMap<>();
        /// By the window's thread alone, as what follows.
        final SequencedMap<String, SortedMap<Integer, long[]>> sums = new LinkedHashMap<>();
        Optional<Instant> start = Optional.empty();
        int size;
        volatile boolean isAnyCharted;
    }

    /// A block, and when it was measured.
    private record Arrived(Block block, double startS) {}

    /// Charts single queries.
    public Recordings() {
        this(1);
    }

    /// Charts queries of so many samples.
    public Recordings(int charted) {
        this.charted = charted;
    }

    /// Forgets all.
    public void clear() {
        content = new Content();
    }

    /// How many blocks there are.
    int size() {
        return content.size;
    }

    /// Whether there are queries to draw.
    public boolean isAnyCharted() {
        return content.isAnyCharted;
    }

    /// Takes a block.
    public void add(Block block) {
        String subject = block.key().subject();
        if (subject.endsWith(Subject.AGAIN)) {
            return;
        }
        Content now = content;
        Instant first = now.start.orElse(block.startedAt());
        now.start = Optional.of(first);
        now.arrived.add(new Arrived(block, Duration.between(first, block.startedAt()).toNanos() / 1e9));
        long[] samples = block.samplesNs();
        int batch = block.key().batch();
        long[] sums = now.sums.computeIfAbsent(subject, _ -> new TreeMap<>()).computeIfAbsent(batch, _ -> new long[3]);
        sums[0] += (long) batch * samples.length;
        sums[1] += Arrays.stream(samples).sum();
        sums[2] += samples.length;
        if (batch == charted && samples.length > 0) {
            now.isAnyCharted = true;
        }
        now.size++;
    }

    /// What is worked out of each recording, in the order that they came.
    private <T> List<T> each(BiFunction<String, Recording, Optional<T>> work) {
        Content now = content;
        synchronized (now.recordings) {
            for (Arrived next = now.arrived.poll(); next != null; next = now.arrived.poll()) {
                now.recordings.computeIfAbsent(next.block().key().subject(), _ -> new Recording())
                        .add(next.block(), next.startS(), charted);
            }
            return now.recordings.entrySet().stream().flatMap(e -> work.apply(e.getKey(), e.getValue()).stream())
                    .toList();
        }
    }

    private List<Points> lines(BiFunction<String, Recording, Points> work) {
        return each((name, recording) -> Optional.of(work.apply(name, recording)).filter(p -> p.size() > 0));
    }

    /// Every query's latency in milliseconds over seconds, thinned; lines break between blocks.
    public List<Points> timelines() {
        return lines((name, recording) -> recording.timeline(name));
    }

    /// Latencies in milliseconds by percentile.
    public List<Points> percentiles() {
        return lines((name, recording) -> recording.curve(name));
    }

    /// Where the percentile curves may as well lie.
    public List<Band> bands() {
        return each((name, recording) -> recording.band(name));
    }

    /// Share of the queries by latency in milliseconds.
    public List<Points> distributions() {
        return lines((name, recording) -> recording.distribution(name));
    }

    /// Samples a second by batch size; for the thread that blocks come on.
    public List<Whiskers> throughput() {
        return content.sums.entrySet().stream().map(e -> new Whiskers(e.getKey(), throughput(e.getValue()))).toList();
    }

    private static List<Whiskers.Point> throughput(SortedMap<Integer, long[]> byBatch) {
        List<Whiskers.Point> points = new ArrayList<>();
        byBatch.forEach((batch, sums) -> {
            if (sums[1] > 0) {
                points.add(new Whiskers.Point(Whiskers.Range.exactly(ThroughputByBatch.place(batch)),
                        Whiskers.Range.exactly(sums[0] * 1e9 / sums[1]), (int) sums[2]));
            }
        });
        return points;
    }

    /// What is drawn of one variant, until it is measured further: charts are drawn anew for each block of any of them.
    private static final class Kept<T> {
        private Optional<T> value = Optional.empty();

        T get(Supplier<T> made) {
            T now = value.orElseGet(made);
            value = Optional.of(now);
            return now;
        }

        void drop() {
            value = Optional.empty();
        }
    }

    /// One variant's.
    private static final class Recording {
        private final List<Points> blocks = new ArrayList<>();
        private final LatencyHistogram latencies = new LatencyHistogram();
        /// Blocks in turns: neighbours, which the same thing may have disturbed, are kept apart.
        private final List<LatencyHistogram> parts = Stream.generate(LatencyHistogram::new).limit(PARTS).toList();
        private final Kept<Points> timeline = new Kept<>();
        private final Kept<Points> curve = new Kept<>();
        private final Kept<Points> distribution = new Kept<>();
        private final Kept<Optional<Band>> band = new Kept<>();

        void add(Block block, double startS, int charted) {
            long[] samples = block.samplesNs();
            if (block.key().batch() == charted && samples.length > 0) {
                List.of(timeline, curve, distribution, band).forEach(Kept::drop);
                latencies.add(samples);
                parts.get(blocks.size() % PARTS).add(samples);
                double[] x = new double[samples.length];
                double[] y = new double[samples.length];
                double now = startS;
                for (int i = 0; i < samples.length; i++) {
                    x[i] = now;
                    y[i] = samples[i] / 1e6;
                    now += samples[i] / 1e9;
                }
                blocks.add(Thinning.thin(new Points("", x, y), POINTS_A_BLOCK));
            }
        }

        Points curve(String name) {
            return curve.get(() -> latencies.curve(name));
        }

        Optional<Band> band(String name) {
            return band.get(() -> latencies.band(name, parts));
        }

        Points distribution(String name) {
            return distribution.get(() -> latencies.distribution(name));
        }

        Points timeline(String name) {
            return timeline.get(() -> line(name));
        }

        private Points line(String name) {
            int each = Math.max(4, MOST_POINTS / Math.max(1, blocks.size()));
            List<Points> thin = blocks.stream().map(b -> Thinning.thin(b, each)).toList();
            int size = thin.stream().mapToInt(p -> p.size() + 1).sum();
            double[] x = new double[size];
            double[] y = new double[size];
            int at = 0;
            for (Points block : thin) {
                System.arraycopy(block.x(), 0, x, at, block.size());
                System.arraycopy(block.y(), 0, y, at, block.size());
                at += block.size();
                x[at] = block.x()[block.size() - 1];
                y[at++] = Double.NaN;
            }
            return new Points(name, x, y, latencies.n());
        }
    }
}
