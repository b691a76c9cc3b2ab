package dev.lathe.profile.load;

import dev.lathe.profile.stats.Fork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongBiFunction;

/// Numbers of the counted queries in order of time, by fork and in blocks, as the statistics want them.
///
/// The lead-in is left out. A run is cut into contiguous blocks that are long beside the time a queue remembers.
final class Series {
    /// Blocks of a fork: enough for a bootstrap, few enough that a block is many times longer than a queue's memory.
    private static final int BLOCKS = 20;

    private final List<LoadRun> runs;
    private final LoadPlan plan;

    Series(LoadPlan plan, List<LoadRun> runs) {
        this.plan = plan;
        this.runs = runs;
    }

    /// How many runs there are.
    int runCount() {
        return runs.size();
    }

    /// Whether a query's number belongs to a series.
    @FunctionalInterface
    interface Filter {
        boolean holds(QueryLog log, int query);
    }

    boolean counted(QueryLog log, int query) {
        return log.scheduledNs(query) >= plan.leadInNs();
    }

    /// A number of each counted query that passes the filter.
    List<Fork> of(Filter filter, ToLongBiFunction<QueryLog, Integer> number) {
        return forks(run -> {
            QueryLog log = run.queries();
            long[] values = new long[log.size()];
            int n = 0;
            for (int q = 0; q < log.size(); q++) {
                if (counted(log, q) && filter.holds(log, q)) {
                    values[n++] = number.applyAsLong(log, q);
                }
            }
            return Arrays.copyOf(values, n);
        });
    }

    /// The gaps between answers of the counted time: their sum is that time.
    ///
    /// @param byBatch one gap a batch instead of one a query
    List<Fork> gaps(boolean byBatch) {
        return forks(run -> gaps(run.queries(), byBatch));
    }

    private long[] gaps(QueryLog log, boolean byBatch) {
        long[] ends = new long[log.size()];
        int n = 0;
        for (int q = 0; q < log.size(); q++) {
            long ended = log.endedNs(q);
            if (log.outcome(q) == QueryLog.Outcome.DONE && ended >= plan.leadInNs() && ended <= plan.durationNs()) {
                ends[n++] = byBatch ? ended * 2 * Short.MAX_VALUE + log.instance(q) : ended;
            }
        }
        ends = Arrays.copyOf(ends, n);
        Arrays.sort(ends);
        if (byBatch) {
            ends = Arrays.stream(ends).distinct().map(e -> e / (2 * Short.MAX_VALUE)).toArray();
        }
        long[] gaps = new long[Math.max(0, ends.length - 1)];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = ends[i + 1] - ends[i];
        }
        return gaps;
    }

    @FunctionalInterface
    private interface Values {
        long[] of(LoadRun run);
    }

    private List<Fork> forks(Values values) {
        SortedMap<Integer, List<long[]>> byFork = new TreeMap<>();
        for (LoadRun run : runs) {
            byFork.computeIfAbsent(run.fork(), _ -> new ArrayList<>()).add(values.of(run));
        }
        List<Fork> forks = new ArrayList<>();
        for (List<long[]> series : byFork.values()) {
            List<long[]> blocks = new ArrayList<>();
            int pieces = Math.max(1, BLOCKS / series.size());
            series.forEach(s -> cut(s, pieces, blocks));
            if (!blocks.isEmpty()) {
                forks.add(new Fork(blocks));
            }
        }
        return List.copyOf(forks);
    }

    private static void cut(long[] series, int pieces, List<long[]> blocks) {
        int count = Math.min(pieces, series.length);
        for (int p = 0; p < count; p++) {
            blocks.add(Arrays.copyOfRange(series, (int) ((long) series.length * p / count),
                    (int) ((long) series.length * (p + 1) / count)));
        }
    }
}
