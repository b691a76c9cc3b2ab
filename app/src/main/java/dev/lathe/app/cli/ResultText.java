package dev.lathe.app.cli;

import dev.lathe.app.engine.AcrossTargets;
import dev.lathe.app.engine.AutoResult;
import dev.lathe.app.engine.Decision;
import dev.lathe.app.engine.Figures;
import dev.lathe.app.engine.VariantResult;
import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.optimize.explain.ExplanationText;
import dev.lathe.profile.Measured;
import dev.lathe.profile.Plan;
import dev.lathe.profile.Target;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.serving.Cost;
import dev.lathe.serving.Price;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// The result as text: one table, why the losers lost, what the figures rest on.
final class ResultText {
    private static final String NONE = "-";

    private ResultText() {}

    static String of(AutoResult result) {
        return body(result) + System.lineSeparator() + System.lineSeparator()
                + result.bundle().map(b -> "bundle   " + b).orElse("nothing exported; pass --force to export "
                        + result.decision().winner() + " all the same");
    }

    private static String body(AutoResult result) {
        List<String> parts = new ArrayList<>();
        Table table = new Table("  variant", ">size", ">score", ">drop", ">latency (median)", ">p90", ">p99",
                ">throughput",
                ">memory", ">cost / million", ">vs original");
        for (VariantResult row : result.variants()) {
            String mark = row.name().equals(result.decision().winner()) ? "* " : "  ";
            table.row(mark + row.name(), size(row), score(row), drop(row), latency(row), percentile(row, true),
                    percentile(row, false), throughput(row), memory(row), cost(row), ratio(row));
        }
        parts.add(table.toString());
        parts.add(verdicts(result));
        parts.add(startup(result));
        parts.add(basis(result));
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }

    /// Each target's result, then their winners.
    static String of(AcrossTargets across) {
        List<String> parts = new ArrayList<>();
        Table table = new Table("  target", "winner", ">size", ">score", ">latency (median)", ">p99", ">throughput",
                ">memory", ">cost / million", "run");
        for (int i = 0; i < across.targets().size(); i++) {
            AutoResult result = across.results().get(i);
            String name = across.targets().get(i).name();
            parts.add("on " + name + System.lineSeparator() + body(result));
            VariantResult row = AcrossTargets.winner(result);
            table.row((across.best().equals(Optional.of(i)) ? "* " : "  ") + name,
                    row.name() + (result.decision().qualifies() ? "" : " (misses)"), size(row), score(row),
                    latency(row), percentile(row, false), throughput(row), memory(row), cost(row),
                    result.run().text());
        }
        parts.add(table + System.lineSeparator() + "best     " + across.why() + System.lineSeparator()
                + "measured on one target after the other; `lathe measure --target "
                + across.targets().stream().map(Target::name).collect(Collectors.joining(","))
                + "` runs them side by side");
        parts.add(across.bundle().map(b -> "bundle   " + b)
                .orElse("nothing exported; pass --force to export the fastest of the closest"));
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }

    private static String size(VariantResult row) {
        return row.made().map(m -> Texts.bytes(m.sizeBytes())).orElse(NONE);
    }

    private static String score(VariantResult row) {
        return row.scored().map(s -> s.main().words()).orElse(NONE);
    }

    private static String drop(VariantResult row) {
        return row.scored().flatMap(s -> s.drop()).map(d -> String.format(Locale.ROOT, "%.2f", d.drop())).orElse(NONE);
    }

    static String latency(VariantResult row) {
        return row.timed().map(t -> Texts.duration(t.latency().medianNs())).orElse(NONE);
    }

    static String percentile(VariantResult row, boolean p90) {
        return row.timed().map(t -> p90 ? t.latency().p90Ns() : t.latency().p99Ns()).map(r -> switch (r) {
            case Reading.Known<Estimate>(var e, _) -> Texts.duration(e.value());
            case Reading.Unknown<Estimate>(var why) -> why;
        }).orElse(NONE);
    }

    static String throughput(VariantResult row) {
        return row.timed().flatMap(VariantResult.Timed::bestThroughput)
                .map(b -> Texts.significant(b.getValue().value(), 3) + "/s at batch " + b.getKey()).orElse(NONE);
    }

    private static String memory(VariantResult row) {
        return row.timed().map(t -> Figures.median(t.figures(), f -> f.memoryPeakBytes()))
                .map(m -> m.isPresent() ? Texts.bytes(m.getAsLong()) : "unknown").orElse(NONE);
    }

    private static String cost(VariantResult row) {
        return row.cost().map(c -> "$" + Texts.significant(c.perMillion().value(), 2)).orElse(NONE);
    }

    private static String ratio(VariantResult row) {
        if (row.name().equals(Decision.ORIGINAL)) {
            return "1";
        }
        return row.ratio().map(r -> String.format(Locale.ROOT, "%.2fx [%.2f, %.2f]", r.value(), r.interval().low(),
                r.interval().high())).orElse(NONE);
    }

    private static String verdicts(AutoResult result) {
        Table table = new Table("  verdict", "");
        for (VariantResult row : result.variants()) {
            table.row("  " + row.name(), row.failure().map(Problem::sentence).map(s -> "not made: " + s)
                    .orElse(row.verdict()));
        }
        String accuracy = result.variants().stream().flatMap(v -> v.scored().flatMap(s -> s.drop()).stream()
                .map(d -> "  " + v.name() + ": " + d.words())).reduce((a, b) -> a + System.lineSeparator() + b)
                .map(t -> System.lineSeparator() + "  accuracy" + System.lineSeparator() + t).orElse("");
        String why = result.variants().stream().flatMap(v -> v.why().stream()
                .flatMap(w -> w.structure().toOptional().stream())
                .map(s -> "  " + v.name() + ": " + ExplanationText.summary(s)))
                .reduce((a, b) -> a + System.lineSeparator() + b)
                .map(t -> System.lineSeparator() + "  runs as" + System.lineSeparator() + t).orElse("");
        return "winner   " + result.decision().winner() + ": " + result.decision().why() + System.lineSeparator()
                + table + accuracy + why;
    }

    private static String startup(AutoResult result) {
        Table table = new Table("  also", ">load", ">first inference", ">warm-up", ">CPU / query", ">CPU vs original",
                "throughput by batch");
        for (VariantResult row : result.variants()) {
            if (row.timed().isPresent()) {
                VariantResult.Timed t = row.timed().get();
                table.row("  " + row.name(), single(t, Measured.Figures::loadNs), single(t, Measured.Figures::firstNs),
                        single(t, Measured.Figures::warmUpNs),
                        t.cpuNs().toOptional().map(e -> Texts.duration(e.value())).orElse(NONE),
                        t.ratios().flatMap(r -> r.cpu().toOptional())
                                .map(r -> String.format(Locale.ROOT, "%.2fx", r.value())).orElse("1"),
                        batches(t));
            }
        }
        return table.toString();
    }

    private static String single(VariantResult.Timed timed, ToLongFunction<Measured.Figures> figure) {
        OptionalLong value = Figures.median(timed.figures(), f -> OptionalLong.of(figure.applyAsLong(f)));
        return value.isPresent() ? Texts.duration((double) value.getAsLong()) : NONE;
    }

    private static String batches(VariantResult.Timed timed) {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<Integer, Estimate> entry : timed.throughput().entrySet()) {
            parts.add(entry.getKey() + ": " + Texts.significant(entry.getValue().value(), 3) + "/s");
        }
        timed.leftOut().forEach((batch, why) -> parts.add(batch + ": " + why));
        return String.join(", ", parts);
    }

    private static String basis(AutoResult result) {
        List<String> lines = new ArrayList<>();
        lines.add("measured " + plan(result.context().plan()));
        lines.add("itself   the original against itself: " + words(result.context().again()));
        lines.add("scored   on " + result.context().data() + "; accuracy budget "
                + String.format(Locale.ROOT, "%.2f points", result.context().maxDrop()));
        lines.add(switch (result.context().price()) {
            case Reading.Known<Price>(var price, _) ->
                price.words().replaceFirst("^priced as", "priced   as") + "; " + result.variants().stream()
                        .flatMap(v -> v.cost().stream()).map(Cost::label).findFirst().orElse("");
            case Reading.Unknown<Price>(var why) -> "priced   " + why;
        });
        result.context().caveats().forEach(c -> lines.add("caveat   " + c.sentence()));
        return String.join(System.lineSeparator(), lines);
    }

    static String plan(Plan plan) {
        return Plan.SCENARIO + ", " + plan.session().intraOpThreads()
                + (plan.session().intraOpThreads() == 1 ? " thread, " : " threads, ")
                + plan.forks() + " forks, interleaved, budget " + Texts.duration((double) plan.budgetNs())
                + "; intervals are 95 %";
    }

    private static String words(Reading<RatioInterval> reading) {
        return switch (reading) {
            case Reading.Known<RatioInterval>(var ratio, _) -> ratio.words();
            case Reading.Unknown<RatioInterval>(var why) -> why;
        };
    }
}
