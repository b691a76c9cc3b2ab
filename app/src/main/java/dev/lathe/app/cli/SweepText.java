package dev.lathe.app.cli;

import dev.lathe.app.engine.CellResult;
import dev.lathe.app.engine.Figures;
import dev.lathe.app.engine.SweepResult;
import dev.lathe.app.engine.VariantResult;
import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.base.Severity;
import dev.lathe.profile.Measured;
import dev.lathe.profile.stats.Comparison;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.RatioInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What `measure` and `compare` found, as text.
final class SweepText {
    private static final String NONE = "-";

    private SweepText() {}

    /// Each setup, then each cell where there is more than one batch size.
    static String of(SweepResult result) {
        List<String> parts = new ArrayList<>();
        if (!result.rows().isEmpty()) {
            parts.add(setups(result));
        }
        if (result.request().grid().batches().size() > 1 && !result.rows().isEmpty()) {
            parts.add(cells(result));
        }
        if (result.cells().stream().anyMatch(c -> !c.cell().isSingleStream())) {
            parts.add(LoadText.of(result));
        }
        parts.add(basis(result));
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }

    private static String setups(SweepResult result) {
        Table table = new Table("model", ">latency (median)", ">p90", ">p99", ">throughput", ">CPU / query",
                ">memory, loaded", ">peak", "against the first");
        for (VariantResult row : result.rows()) {
            table.row(row.name(), ResultText.latency(row), ResultText.percentile(row, true),
                    ResultText.percentile(row, false), ResultText.throughput(row),
                    row.timed().flatMap(t -> t.cpuNs().toOptional()).map(e -> Texts.duration(e.value())).orElse(NONE),
                    memory(row, Measured.Figures::memoryLoadedBytes), memory(row, Measured.Figures::memoryPeakBytes),
                    row.failure().or(() -> row.problems().stream().findFirst()).map(Problem::what)
                            .orElseGet(() -> row.ratio().map(RatioInterval::words).orElse(NONE)));
        }
        return table.toString();
    }

    private static String memory(VariantResult row, Function<Measured.Figures, OptionalLong> which) {
        return row.timed().map(t -> Figures.median(t.figures(), which))
                .map(m -> m.isPresent() ? Texts.bytes(m.getAsLong()) : "unknown").orElse(NONE);
    }

    private static String cells(SweepResult result) {
        Table table = new Table("cell", ">batch", ">latency (median)", ">p90", ">p99", ">throughput", ">memory",
                "against the first, same batch");
        for (CellResult cell : result.cells().stream().filter(c -> c.cell().isSingleStream()).toList()) {
            Optional<CellResult.Figures> f = cell.figures();
            table.row(cell.name(), "" + cell.cell().batch(),
                    f.map(x -> Texts.duration(x.latency().medianNs())).orElse(NONE),
                    f.map(x -> percentile(x.latency().p90Ns())).orElse(NONE),
                    f.map(x -> percentile(x.latency().p99Ns())).orElse(NONE),
                    f.flatMap(x -> x.throughput().toOptional())
                            .map(t -> Texts.significant(t.value(), 3) + "/s").orElse(NONE),
                    f.map(CellResult.Figures::memoryPeakBytes)
                            .map(m -> m.isPresent() ? Texts.bytes(m.getAsLong()) : "unknown").orElse(NONE),
                    cell.failure().map(SweepText::failed)
                            .orElseGet(() -> f.flatMap(x -> x.ratio().toOptional()).map(RatioInterval::words)
                                    .orElse(NONE)));
        }
        return table.toString();
    }

    static String failed(Problem problem) {
        return (problem.severity() == Severity.ERROR ? "failed: " : "left out: ") + problem.what();
    }

    static String percentile(Reading<Estimate> reading) {
        return switch (reading) {
            case Reading.Known<Estimate>(var e, _) -> Texts.duration(e.value());
            case Reading.Unknown<Estimate>(var why) -> why;
        };
    }

    /// Each setup against the first and against each other.
    static String comparison(SweepResult result) {
        List<String> parts = new ArrayList<>();
        if (result.rows().isEmpty()) {
            parts.add(LoadText.of(result));
            result.comparison().ifPresent(c -> parts.add(pairs(c)));
            parts.add(basis(result));
            return String.join(System.lineSeparator() + System.lineSeparator(), parts);
        }
        String first = result.rows().getFirst().name();
        Table table = new Table("model", ">latency (median)", ">CPU / query", ">CPU vs first",
                "latency against " + first);
        for (VariantResult row : result.rows()) {
            String words = row.name().equals(first)
                    ? "the others are held against it"
                    : row.failure().map(Problem::what).orElseGet(() -> result.comparison()
                            .flatMap(c -> c.ratio(row.name(), first)).map(SweepText::words).orElse(NONE));
            table.row(row.name(), ResultText.latency(row),
                    row.timed().flatMap(t -> t.cpuNs().toOptional()).map(e -> Texts.duration(e.value())).orElse(NONE),
                    row.timed().flatMap(VariantResult.Timed::ratios).flatMap(r -> r.cpu().toOptional())
                            .map(r -> String.format(Locale.ROOT, "%.2fx [%.2f, %.2f]", r.value(), r.interval().low(),
                                    r.interval().high()))
                            .orElse(NONE),
                    words);
        }
        parts.add(table.toString());
        result.comparison().ifPresent(c -> parts.add(pairs(c)));
        parts.add(basis(result));
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }

    private static String pairs(Comparison comparison) {
        List<String> lines = new ArrayList<>();
        lines.add("fastest first: " + String.join("; ", comparison.names()));
        for (Comparison.Pair pair : comparison.pairs()) {
            if (comparison.comparisons() > 1) {
                lines.add("  " + pair.one() + " to " + pair.other() + ": " + words(pair.ratio()));
            }
        }
        if (comparison.alike().isEmpty()) {
            lines.add("all are told apart");
        }
        comparison.alike().forEach(set -> lines.add("cannot be told apart: " + String.join("; ", set)));
        if (comparison.comparisons() > 1) {
            lines.add(
                    "the " + comparison.comparisons() + " intervals hold together with 95 % (each is widened for it)");
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static String basis(SweepResult result) {
        List<String> lines = new ArrayList<>();
        List<Reading<RatioInterval>> again = result.context().again();
        if (again.isEmpty()) {
            lines.add(result.plan().forks() + " forks; intervals are 95 %");
        } else {
            lines.add("the first against itself: "
                    + again.stream().map(SweepText::words).collect(Collectors.joining("; ")));
            lines.add(ResultText.plan(result.plan()) + (again.size() > 1 ? ", " + again.size() + " groups" : ""));
        }
        result.context().loads()
                .forEach(a -> lines.add("the first against itself, " + a.load() + ": " + words(a.ratio())));
        if (!result.request().confinement().isNone()) {
            lines.add("confined to " + result.request().confinement().words()
                    + (result.context().memoryLimit().isEmpty() ? "" : "; by " + result.context().memoryLimit()));
        }
        energy(result).ifPresent(lines::add);
        lines.addAll(devices(result));
        result.context().caveats().forEach(c -> lines.add("caveat: " + c.sentence()));
        return String.join(System.lineSeparator(), lines);
    }

    private static List<String> devices(SweepResult result) {
        return result.cells().stream().filter(c -> c.cell().batch() == 1)
                .flatMap(c -> c.figures().flatMap(CellResult.Figures::device).map(d -> "card, " + c.name() + ": "
                        + (d.memoryPeakBytes().isPresent()
                                ? Texts.bytes(d.memoryPeakBytes().getAsLong())
                                : "unknown memory")
                        + " in use, "
                        + (d.utilisationPercent().isPresent()
                                ? Texts.significant(d.utilisationPercent().getAsDouble(), 2) + " % busy"
                                : "unknown utilisation")
                        + ", "
                        + (d.powerMilliwatts().isPresent()
                                ? Texts.significant(d.powerMilliwatts().getAsDouble() / 1e3, 3) + " W"
                                : "unknown power")
                        + " (NVML, the whole card)").stream())
                .toList();
    }

    private static Optional<String> energy(SweepResult result) {
        List<String> known = new ArrayList<>();
        Optional<String> why = Optional.empty();
        for (CellResult cell : result.cells()) {
            if (cell.cell().isSingleStream() && cell.cell().batch() == 1 && cell.figures().isPresent()) {
                switch (cell.figures().get().energyMillijoules()) {
                    case Reading.Known<Double>(var mj, _) ->
                        known.add(cell.name() + " " + Texts.significant(mj, 3) + " mJ");
                    case Reading.Unknown<Double>(var reason) -> why = Optional.of("energy: unknown, " + reason);
                }
            }
        }
        return known.isEmpty()
                ? why
                : Optional.of("energy a query, whole package, idle power included: " + String.join(", ", known));
    }

    static String words(Reading<RatioInterval> reading) {
        return switch (reading) {
            case Reading.Known<RatioInterval>(var ratio, _) -> ratio.words();
            case Reading.Unknown<RatioInterval>(var why) -> why;
        };
    }
}
