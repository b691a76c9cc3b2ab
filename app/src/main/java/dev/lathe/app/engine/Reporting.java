package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.Bench;
import dev.lathe.profile.Measured;
import dev.lathe.profile.Plan;
import dev.lathe.profile.Subject;
import dev.lathe.profile.stats.BlockBootstrap;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Fork;
import dev.lathe.profile.stats.ForkNoise;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// From raw samples to the figures of the table.
final class Reporting {
    private static final String APART = "not measured side by side";
    /// A quarter: quiet runs of models with two threads differ by less (0.48 and 0.43 were seen).
    private static final double CONTRADICTION = 0.25;

    private final Bench.Result result;
    private final Plan plan;
    private final int itemsPerQuery;
    private final String reference;
    private final Map<String, Integer> instances;
    private final BlockBootstrap bootstrap;
    private final ForkNoise latencyNoise;
    private final ForkNoise cpuNoise;

    /// @param reference key of the subject that ratios are against
    Reporting(Bench.Result result, Plan plan, int itemsPerQuery, String reference) {
        this(result, plan, itemsPerQuery, reference, Map.of());
    }

    /// @param instances sessions at the same time, by subject key, where there is more than one
    Reporting(Bench.Result result, Plan plan, int itemsPerQuery, String reference, Map<String, Integer> instances) {
        this.reference = reference;
        this.instances = Map.copyOf(instances);
        this.result = result;
        this.plan = plan;
        this.itemsPerQuery = itemsPerQuery;
        this.bootstrap = BlockBootstrap.seeded(plan.seed());
        List<Measured> whole = result.measured().values().stream().filter(this::isWhole).toList();
        this.latencyNoise = whole.isEmpty()
                ? ForkNoise.ASSUMED
                : ForkNoise.pooled(whole.stream().map(Measured::singles).toList());
        this.cpuNoise = whole.isEmpty()
                ? ForkNoise.ASSUMED
                : ForkNoise.pooled(whole.stream().map(Measured::cpu).toList());
    }

    private boolean isWhole(Measured measured) {
        return measured.failure().isEmpty() && measured.singles().size() == plan.forks()
                && measured.singles().stream().allMatch(f -> !f.blocks().isEmpty());
    }

    private Optional<Measured> measured(String subject) {
        return Optional.ofNullable(result.measured().get(subject));
    }

    /// The original against itself.
    Reading<RatioInterval> again() {
        return ratio(reference + Subject.AGAIN, false);
    }

    private Reading<RatioInterval> ratio(String subject, boolean cpu) {
        Optional<Measured> variant = measured(subject).filter(this::isWhole);
        Optional<Measured> original = measured(reference).filter(this::isWhole);
        if (variant.isEmpty() || original.isEmpty()) {
            return Reading.unknown(APART);
        }
        return cpu
                ? RatioInterval.of(variant.get().cpu(), original.get().cpu(), cpuNoise, bootstrap)
                : RatioInterval.of(variant.get().singles(), original.get().singles(), latencyNoise, bootstrap);
    }

    /// Two subjects of this bench by their single queries, the interval one of several that hold together.
    Reading<RatioInterval> ratio(String one, String other, int comparisons) {
        Optional<Measured> first = measured(one).filter(this::isWhole);
        Optional<Measured> second = measured(other).filter(this::isWhole);
        return first.isEmpty() || second.isEmpty()
                ? Reading.unknown(APART)
                : RatioInterval.of(first.get().singles(), second.get().singles(), latencyNoise, bootstrap,
                        comparisons);
    }

    /// The median of single queries in nanoseconds, of a subject that was measured in every fork.
    Optional<Double> median(String subject) {
        return measured(subject).filter(this::isWhole).map(m -> Fork.sorted(m.singles()))
                .map(sorted -> (double) sorted[(sorted.length - 1) / 2]);
    }

    /// Latency, throughput and ratio at one batch size; or why there are none.
    Reading<AtBatch> at(String subject, int batch) {
        Optional<Measured> measured = measured(subject).filter(this::isWhole);
        if (measured.isEmpty()) {
            return Reading.unknown("it was not measured in every fork");
        }
        List<Fork> forks = forks(measured.get(), batch);
        if (forks.size() != plan.forks()) {
            return Reading.unknown(
                    Optional.ofNullable(measured.get().leftOut().get(batch)).orElse("it was not measured"));
        }
        int items = batch == 1 ? itemsPerQuery : batch;
        List<Fork> original = measured(reference).filter(this::isWhole).map(m -> forks(m, batch)).orElse(List.of());
        Reading<RatioInterval> ratio = subject.equals(reference)
                ? Reading.unknown("the others are held against it")
                : original.size() == forks.size()
                        ? RatioInterval.of(forks, original, latencyNoise, bootstrap)
                        : Reading.unknown(APART);
        return Reading.known(new AtBatch(Summary.of(forks, plan.seed()),
                bootstrap.throughput(forks, items * instances.getOrDefault(subject, 1)), ratio), "measured");
    }

    /// Figures of one batch size.
    record AtBatch(Summary latency, Reading<Estimate> throughput, Reading<RatioInterval> ratio) {}

    private static List<Fork> forks(Measured measured, int batch) {
        return batch == 1
                ? measured.singles()
                : Optional.ofNullable(measured.batches().get(batch)).orElse(List.of());
    }

    /// Ratios of latency and of processor time that contradict each other: something besides the models' work took time.
    ///
    /// @param alike which subjects are run as the reference is, so that both ratios should be the same
    List<Problem> contradictions(Predicate<String> alike) {
        List<Problem> caveats = new ArrayList<>();
        for (String subject : result.measured().keySet()) {
            Optional<RatioInterval> wall = ratio(subject, false).toOptional();
            Optional<RatioInterval> cpu = ratio(subject, true).toOptional();
            if (subject.equals(reference) || !alike.test(subject) || wall.isEmpty() || cpu.isEmpty()) {
                continue;
            }
            boolean apart = wall.get().interval().low() > cpu.get().interval().high()
                    || wall.get().interval().high() < cpu.get().interval().low();
            if (apart && Math.abs(Math.log(wall.get().value() / cpu.get().value())) > CONTRADICTION) {
                caveats.add(Problem.warning("ratios-contradict", subject, String.format(Locale.ROOT,
                        "its latency is %.2f of %s's, its processor time %.2f: something besides the models' own work"
                                + " took time, or their threads wait differently",
                        wall.get().value(), reference, cpu.get().value()),
                        "Measure with --threads 1 or pinned (--cpus), and believe the ratio that stays."));
            }
        }
        return caveats;
    }

    /// The row with what was measured of it.
    VariantResult complete(VariantResult row) {
        return complete(row, row.name());
    }

    /// The row with what was measured of a subject.
    VariantResult complete(VariantResult row, String subject) {
        Optional<Measured> measured = measured(subject);
        if (measured.isEmpty()) {
            return row;
        }
        if (!isWhole(measured.get())) {
            List<Problem> problems = new ArrayList<>(row.problems());
            problems.addAll(measured.get().failure());
            if (measured.get().failure().isEmpty()) {
                problems.add(Problem.error("not-measured", row.name(), "it was not measured in every fork",
                        "Give more time with a larger --budget."));
            }
            return new VariantResult(row.name(), row.made(), row.scored(), Optional.empty(), Optional.empty(), problems,
                    "");
        }
        return new VariantResult(row.name(), row.made(), row.scored(), Optional.of(timed(subject, measured.get())),
                Optional.empty(), row.problems(), "");
    }

    private VariantResult.Timed timed(String name, Measured measured) {
        SortedMap<Integer, Estimate> throughput = new TreeMap<>();
        SortedMap<Integer, String> leftOut = new TreeMap<>(measured.leftOut());
        int sessions = instances.getOrDefault(name, 1);
        put(throughput, leftOut, itemsPerQuery, measured.singles(), itemsPerQuery * sessions);
        for (Map.Entry<Integer, List<Fork>> batch : measured.batches().entrySet()) {
            put(throughput, leftOut, batch.getKey(), batch.getValue(), batch.getKey() * sessions);
        }
        Optional<VariantResult.Ratios> ratios = name.equals(reference)
                ? Optional.empty()
                : Optional.of(new VariantResult.Ratios(ratio(name, false), ratio(name, true)));
        return new VariantResult.Timed(Summary.of(measured.singles(), plan.seed()), itemsPerQuery, throughput, leftOut,
                ratios, bootstrap.median(measured.cpu()), measured.figures());
    }

    private void put(SortedMap<Integer, Estimate> throughput, SortedMap<Integer, String> leftOut, int batch,
            List<Fork> forks, int items) {
        switch (bootstrap.throughput(forks, items)) {
            case Reading.Known<Estimate>(var estimate, _) -> throughput.put(batch, estimate);
            case Reading.Unknown<Estimate>(var why) -> leftOut.put(batch, why);
        }
    }
}
