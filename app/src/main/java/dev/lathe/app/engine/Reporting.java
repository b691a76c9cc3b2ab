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
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// From raw samples to the figures of the table.
final class Reporting {
    private final Bench.Result result;
    private final Plan plan;
    private final int itemsPerQuery;
    private final String reference;
    private final BlockBootstrap bootstrap;
    private final ForkNoise latencyNoise;
    private final ForkNoise cpuNoise;

    /// @param reference key of the subject that ratios are against
    Reporting(Bench.Result result, Plan plan, int itemsPerQuery, String reference) {
        this.reference = reference;
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
            return Reading.unknown("not measured side by side");
        }
        return cpu
                ? RatioInterval.of(variant.get().cpu(), original.get().cpu(), cpuNoise, bootstrap)
                : RatioInterval.of(variant.get().singles(), original.get().singles(), latencyNoise, bootstrap);
    }

    /// The row with what was measured of it.
    VariantResult complete(VariantResult row) {
        Optional<Measured> measured = measured(row.name());
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
        return new VariantResult(row.name(), row.made(), row.scored(), Optional.of(timed(row.name(), measured.get())),
                Optional.empty(), row.problems(), "");
    }

    private VariantResult.Timed timed(String name, Measured measured) {
        SortedMap<Integer, Estimate> throughput = new TreeMap<>();
        SortedMap<Integer, String> leftOut = new TreeMap<>(measured.leftOut());
        put(throughput, leftOut, itemsPerQuery, measured.singles(), itemsPerQuery);
        for (Map.Entry<Integer, List<Fork>> batch : measured.batches().entrySet()) {
            put(throughput, leftOut, batch.getKey(), batch.getValue(), batch.getKey());
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
