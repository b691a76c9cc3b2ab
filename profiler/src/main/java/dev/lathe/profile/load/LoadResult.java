package dev.lathe.profile.load;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.stats.BlockBootstrap;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Exceedances;
import dev.lathe.profile.stats.Fork;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a model did under load. Counted are the queries that were to arrive after the lead-in.
///
/// @param plan how the load was made
/// @param response from the scheduled arrival to the answer, the wait included: what a user sees. Unanswered queries of a
///        run that ended count with the time they had waited; shed and expired ones do not count
/// @param service what the model took for the query's batch
/// @param throughput answers a second
/// @param counts what became of the queries
/// @param generator how the harness did
/// @param caveats what to know before believing the figures
public record LoadResult(LoadPlan plan, Reading<Quantiles> response, Reading<Quantiles> service,
        Reading<Estimate> throughput, Counts counts, GeneratorFigures generator, List<Problem> caveats) {

    /// Stands for the response time of a query that never got its answer.
    static final long NEVER_NS = Long.MAX_VALUE / 4;

    /// Copies the list.
    public LoadResult {
        caveats = List.copyOf(caveats);
    }

    /// What became of the counted queries.
    ///
    /// @param offered all of them
    /// @param done answered
    /// @param shed turned away at a full queue
    /// @param expired given up at their deadline
    /// @param pending unanswered when the run ended
    /// @param batches answered queries by the size of the batch they ran in
    public record Counts(long offered, long done, long shed, long expired, long pending,
            SortedMap<Integer, Long> batches) {
        /// Copies the map.
        public Counts {
            batches = Collections.unmodifiableSortedMap(new TreeMap<>(batches));
        }

        /// Queries of an average batch; 0 without any.
        public double meanBatch() {
            double runs = 0;
            for (var entry : batches.entrySet()) {
                runs += (double) entry.getValue() / entry.getKey();
            }
            return runs == 0 ? 0 : done / runs;
        }
    }

    /// How the harness did.
    ///
    /// @param latenessP50Ns median time from scheduled arrival to the generator getting to it; 0 in a closed loop
    /// @param latenessP99Ns 99th percentile of it
    /// @param latenessMaxNs longest
    /// @param cpuShare of one processor that the generator took
    /// @param workerCpuShare of one processor that the worker took, the generator included
    /// @param samples how many different samples the queries carried
    public record GeneratorFigures(long latenessP50Ns, long latenessP99Ns, long latenessMaxNs, double cpuShare,
            double workerCpuShare, int samples) {}

    /// Sums up the runs of one plan.
    ///
    /// @param runs at least one
    public static LoadResult of(LoadPlan plan, List<LoadRun> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("no run");
        }
        Series series = new Series(plan, runs);
        Counts counts = counts(series, runs);
        Reading<Quantiles> response = response(plan, series.of(LoadResult::answeredOrWaiting, QueryLog::responseNs));
        Reading<Quantiles> service = Quantiles.of(series.of(LoadResult::answered, QueryLog::serviceNs), plan.seed());
        Reading<Estimate> throughput = throughput(series, counts, plan.seed());
        GeneratorFigures generator = generator(plan, series, runs);
        return new LoadResult(plan, response, service, throughput, counts, generator,
                Caveats.of(plan, series, response, throughput, counts, generator));
    }

    private static Reading<Quantiles> response(LoadPlan plan, List<Fork> forks) {
        return switch (plan.scenario()) {
            case Scenario.Offline _ -> Reading.unknown("offline has no arrivals to answer to");
            case Scenario.Server _ -> Quantiles.ofClustered(forks, plan.seed());
            case Scenario.SingleStream _,Scenario.Concurrency _ -> Quantiles.of(forks, plan.seed());
        };
    }

    /// The share of queries that keep the promise, and how far it may be off; shed, expired and unanswered ones break it.
    public static Reading<Estimate> attainment(LoadPlan plan, List<LoadRun> runs, Slo slo) {
        List<Fork> forks = new Series(plan, runs).of((_, _) -> true,
                (log, q) -> responseOrNeverNs(log, q) <= slo.limitNs() ? 1 : 0);
        return forks.isEmpty() ? Reading.unknown("no query arrived") : BlockBootstrap.seeded(plan.seed()).mean(forks);
    }

    /// The promised percentile of the response time in nanoseconds; queries without an answer count as endless.
    public static Reading<Estimate> percentile(LoadPlan plan, List<LoadRun> runs, Slo slo) {
        List<Fork> forks = new Series(plan, runs).of((_, _) -> true, LoadResult::responseOrNeverNs);
        return forks.isEmpty()
                ? Reading.unknown("no query arrived")
                : Quantiles.clustered(forks, BlockBootstrap.seeded(plan.seed()), Quantiles.inOrder(forks),
                        slo.percentile());
    }

    /// How many queries break the promise, and how many of them are news.
    static Exceedances exceedances(LoadPlan plan, List<LoadRun> runs, Slo slo) {
        List<Fork> forks = new Series(plan, runs).of((_, _) -> true, LoadResult::responseOrNeverNs);
        return Exceedances.of(Quantiles.inOrder(forks), slo.limitNs(), slo.percentile());
    }

    private static long responseOrNeverNs(QueryLog log, int query) {
        return answered(log, query) ? log.responseNs(query) : NEVER_NS;
    }

    private static boolean answered(QueryLog log, int query) {
        return log.outcome(query) == QueryLog.Outcome.DONE;
    }

    private static boolean answeredOrWaiting(QueryLog log, int query) {
        return answered(log, query) || log.outcome(query) == QueryLog.Outcome.PENDING;
    }

    private static Reading<Estimate> throughput(Series series, Counts counts, long seed) {
        int batch = counts.batches().size() == 1 ? counts.batches().firstKey() : 1;
        List<Fork> gaps = series.gaps(batch > 1);
        return gaps.isEmpty()
                ? Reading.unknown("fewer than two answers")
                : BlockBootstrap.seeded(seed).throughput(gaps, batch);
    }

    private static Counts counts(Series series, List<LoadRun> runs) {
        Map<QueryLog.Outcome, Long> outcomes = new EnumMap<>(QueryLog.Outcome.class);
        SortedMap<Integer, Long> batches = new TreeMap<>();
        for (LoadRun run : runs) {
            QueryLog log = run.queries();
            for (int q = 0; q < log.size(); q++) {
                if (series.counted(log, q)) {
                    outcomes.merge(log.outcome(q), 1L, Long::sum);
                    if (answered(log, q)) {
                        batches.merge(log.batch(q), 1L, Long::sum);
                    }
                }
            }
        }
        long done = outcomes.getOrDefault(QueryLog.Outcome.DONE, 0L);
        long shed = outcomes.getOrDefault(QueryLog.Outcome.SHED, 0L);
        long expired = outcomes.getOrDefault(QueryLog.Outcome.EXPIRED, 0L);
        long pending = outcomes.getOrDefault(QueryLog.Outcome.PENDING, 0L);
        return new Counts(done + shed + expired + pending, done, shed, expired, pending, batches);
    }

    private static GeneratorFigures generator(LoadPlan plan, Series series, List<LoadRun> runs) {
        long[] lateness = plan.scenario().closedLoop()
                ? new long[0]
                : Fork.sorted(series.of((_, _) -> true, QueryLog::latenessNs));
        long wallNs = runs.stream().mapToLong(r -> r.generator().wallNs()).sum();
        long cpuNs = runs.stream().mapToLong(r -> r.generator().generatorCpuNs()).sum();
        long workerNs = runs.stream().mapToLong(r -> r.generator().workerCpuNs()).sum();
        int samples = runs.stream().mapToInt(r -> r.generator().samples()).max().orElse(0);
        double wall = Math.max(1, wallNs);
        return new GeneratorFigures(rank(lateness, 0.5), rank(lateness, 0.99), rank(lateness, 1), cpuNs / wall,
                workerNs / wall, samples);
    }

    private static long rank(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
