import dev.lathe.profile.drive.Harness;
import dev.lathe.profile.drive.ThreadDrive;
import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.load.Scenario;
import dev.lathe.serving.queue.Batching;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Locale;

/// How late the load generator is, with an instance that spins for a known time as a model would. Run by
/// benchmarks/lateness.sh.
public final class Lateness {
    private static final int SAMPLES = 16;

    private Lateness() {}

    public static void main(String[] args) {
        long seconds = args.length > 0 ? Long.parseLong(args[0]) : 10;
        double rate = args.length > 1 ? Double.parseDouble(args[1]) : 10_000;
        long serviceNs = (args.length > 2 ? Long.parseLong(args[2]) : 40) * 1000;
        drive(new Arrivals.Constant(rate), 2_000_000_000L, serviceNs); // compiles the loop
        boolean held = true;
        for (Arrivals arrivals : List.of(new Arrivals.Constant(rate), new Arrivals.Poisson(rate, 7))) {
            LoadResult result = drive(arrivals, seconds * 1_000_000_000L, serviceNs);
            LoadResult.GeneratorFigures generator = result.generator();
            held &= generator.latenessP99Ns() < 200_000;
            System.out.printf(Locale.ROOT,
                    "%-18s %d queries  lateness p50 %.1f us  p99 %.1f us  max %.1f us  generator %.0f %% of a processor  response p50 %s p99 %s%n",
                    arrivals.text(), result.counts().offered(), generator.latenessP50Ns() / 1e3,
                    generator.latenessP99Ns() / 1e3, generator.latenessMaxNs() / 1e3, 100 * generator.cpuShare(),
                    microseconds(result, 50), microseconds(result, 99));
            result.caveats().forEach(c -> System.out.println("  " + c.sentence()));
        }
        System.out.println(held ? "held: p99 under 200 us" : "NOT held: p99 under 200 us");
        System.exit(held ? 0 : 1);
    }

    private static LoadResult drive(Arrivals arrivals, long durationNs, long serviceNs) {
        LoadPlan plan = LoadPlan.of(new Scenario.Server(arrivals), Batching.SINGLE, 1, durationNs, 7);
        try (Arena arena = Arena.ofShared()) {
            QueryLog log = QueryLog.allocate(Harness.capacity(plan, serviceNs), arena);
            ThreadDrive.Instance spins = (_, _) -> {
                long end = System.nanoTime() + serviceNs;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            };
            ThreadDrive.Took took = ThreadDrive.run(new Harness(plan, SAMPLES, log), List.of(spins));
            return LoadResult.of(plan, List.of(new LoadRun(0, log,
                    new LoadRun.Generator(took.wallNs(), took.generatorCpuNs(), took.wallNs(), 0, SAMPLES, false))));
        }
    }

    private static String microseconds(LoadResult result, int percentile) {
        return result.response().toOptional().flatMap(q -> (percentile == 50 ? q.p50() : q.p99()).toOptional())
                .map(e -> String.format(Locale.ROOT, "%.0f us", e.value() / 1e3)).orElse("not shown");
    }
}
