package dev.lathe.app.cli;

import dev.lathe.app.engine.CellResult;
import dev.lathe.app.engine.SweepResult;
import dev.lathe.base.Reading;
import dev.lathe.profile.load.HighestRate;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.Quantiles;
import dev.lathe.profile.stats.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Cells under load, as text: what users see, what the model took, and what became of the queries.
final class LoadText {
    private static final String NONE = "-";

    private LoadText() {}

    static String of(SweepResult result) {
        Table table = new Table("cell", "load", ">response (median)", ">p90", ">p99", ">service (median)",
                ">throughput", ">mean batch", "queries", "against the first, same load");
        List<String> lines = new ArrayList<>();
        for (CellResult cell : result.cells()) {
            if (cell.cell().isSingleStream()) {
                continue;
            }
            if (cell.failure().isPresent()) {
                table.row(cell.name(), cell.cell().load(), NONE, NONE, NONE, NONE, NONE, NONE,
                        SweepText.failed(cell.failure().get()), NONE);
                continue;
            }
            LoadResult load = cell.load().orElseThrow();
            table.row(cell.name(), cell.cell().load(), quantile(load.response(), Quantiles::p50),
                    quantile(load.response(), Quantiles::p90), quantile(load.response(), Quantiles::p99),
                    quantile(load.service(), Quantiles::p50),
                    load.throughput().toOptional().map(t -> Texts.significant(t.value(), 3) + "/s").orElse(NONE),
                    Texts.significant(load.counts().meanBatch(), 2), counts(load.counts()),
                    cell.against().map(a -> SweepText.words(a.verdict())).orElse(NONE));
            cell.against().flatMap(a -> a.responseP99().toOptional()).ifPresent(
                    r -> lines.add("p99 of " + cell.name() + ", " + cell.cell().load() + ": " + r.words()));
            cell.highest().ifPresent(
                    h -> lines.add("highest rate, " + cell.name() + ": " + highest(result, h)));
        }
        lines.addFirst(table.toString());
        return String.join(System.lineSeparator(), lines);
    }

    private static String quantile(Reading<Quantiles> reading, Function<Quantiles, Reading<Estimate>> which) {
        return switch (reading) {
            case Reading.Known<Quantiles>(var quantiles, _) -> SweepText.percentile(which.apply(quantiles));
            case Reading.Unknown<Quantiles> _ -> NONE;
        };
    }

    private static String counts(LoadResult.Counts counts) {
        String words = counts.done() + " answered";
        words += counts.shed() > 0 ? ", " + counts.shed() + " turned away" : "";
        words += counts.expired() > 0 ? ", " + counts.expired() + " given up" : "";
        return words + (counts.pending() > 0 ? ", " + counts.pending() + " still waiting" : "");
    }

    private static String highest(SweepResult result, HighestRate.Found found) {
        String promise = result.request().queue().slo().map(s -> s.text()).orElse("");
        return rate(found.meets(), "/s shown to keep " + promise) + "; "
                + rate(found.misses(), "/s shown to break it") + " (" + found.trials().size() + " rates tried)";
    }

    private static String rate(Reading<Double> reading, String words) {
        return switch (reading) {
            case Reading.Known<Double>(var rate, _) -> Texts.significant(rate, 3) + words;
            case Reading.Unknown<Double>(var why) -> why;
        };
    }
}
