package dev.lathe.app.gui.run;

import dev.lathe.app.gui.work.Numbers;
import dev.lathe.app.gui.work.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/// The columns of the table as text: a value, and behind it in a lighter tone its interval.
///
/// @param header with the unit
/// @param width in pixels; a column keeps it
/// @param words whether it holds words, which stand to the left
/// @param text what a row shows
/// @param order what it is sorted by; NaN goes last
record Cells(String header, double width, boolean words, Function<Row, Text> text, ToDoubleFunction<Row> order) {
    static final String NAME = "variant";
    static final String VERDICT = "verdict";
    static final String RATE = "items/s";
    static final String COST = "$/million";
    private static final String NONE = "–";
    /// An interval at the end of a verdict; the column of the ratio has it too.
    private static final Pattern INTERVAL = Pattern.compile(" [\\[(][0-9.]+(,| to) [0-9.]+[\\])]");

    private static final Pattern REASONS = Pattern.compile(": .*");

    /// A value and its interval.
    record Text(String value, String interval) {
        static final Text EMPTY = new Text(NONE, "");
    }

    static List<Cells> columns() {
        return List.of(
                new Cells(NAME, 152, true, r -> new Text(r.name(), ""), _ -> 0),
                new Cells("MB", 52, false, r -> r.sizeBytes().isPresent()
                        ? new Text(Numbers.significant(r.sizeBytes().getAsLong() / 1e6, 3), "")
                        : Text.EMPTY, r -> r.sizeBytes().isPresent() ? r.sizeBytes().getAsLong() : Double.NaN),
                new Cells("score", 116, false, r -> of(score(r), 1), r -> order(score(r))),
                new Cells("drop, pt", 72, false, r -> drop(r), r -> order(r.accuracy().flatMap(a -> a.drop()))),
                new Cells("median, ms", 116, false, r -> of(median(r), 1e-6), r -> order(median(r))),
                new Cells("p99, ms", 84, false, Cells::p99,
                        r -> r.speed().map(s -> s.p99Ns().orElse(Double.NaN)).orElse(Double.NaN)),
                new Cells("vs original, x", 120, false, Cells::ratio, r -> order(r.speed().flatMap(s -> s.ratio()))),
                new Cells(RATE, 120, false, Cells::throughput,
                        r -> order(r.speed().flatMap(s -> s.best()).map(b -> b.perSecond()))),
                new Cells("peak MB", 76, false, Cells::memory, r -> r.speed()
                        .map(s -> s.memoryPeakBytes().isPresent() ? s.memoryPeakBytes().getAsLong() : Double.NaN)
                        .orElse(Double.NaN)),
                // not 80: a table widens columns of just that width to their content
                new Cells(COST, 84, false, r -> r.cost()
                        .map(c -> new Text(Numbers.significant(c.amount().value(), 2), "")).orElse(Text.EMPTY),
                        r -> order(r.cost().map(Row.Cost::amount))),
                new Cells(VERDICT, 148, true, r -> new Text(brief(r), ""), _ -> 0));
    }

    /// The verdict without its reasons and without what other columns say; opening the row shows all of it.
    static String brief(Row row) {
        return row.failed().isEmpty()
                ? REASONS.matcher(INTERVAL.matcher(row.verdict()).replaceAll("")).replaceAll("")
                : "failed";
    }

    /// Rows in this column's order, those without a value last whichever way it goes.
    Comparator<Row> comparator(boolean descending) {
        if (words) {
            Comparator<Row> byText = Comparator.comparing(r -> text.apply(r).value());
            return descending ? byText.reversed() : byText;
        }
        Comparator<Row> byValue = Comparator.comparingDouble(order);
        return Comparator.<Row>comparingInt(r -> Double.isNaN(order.applyAsDouble(r)) ? 1 : 0)
                .thenComparing(descending ? byValue.reversed() : byValue);
    }

    private static Optional<Row.Figure> score(Row row) {
        return row.accuracy().flatMap(Row.Accuracy::score);
    }

    private static Optional<Row.Figure> median(Row row) {
        return row.speed().flatMap(Row.Speed::medianNs);
    }

    private static double order(Optional<Row.Figure> figure) {
        return figure.map(Row.Figure::value).orElse(Double.NaN);
    }

    private static Text of(Optional<Row.Figure> figure, double factor) {
        return figure.map(f -> {
            int decimals = Numbers.decimals(f.low() * factor, f.high() * factor);
            double half = factor * (f.high() - f.low()) / 2;
            return new Text(Numbers.fixed(f.value() * factor, decimals),
                    half > 0 ? " ±" + Numbers.fixed(half, decimals) : "");
        }).orElse(Text.EMPTY);
    }

    private static Text drop(Row row) {
        return row.accuracy().flatMap(Row.Accuracy::drop).map(d -> new Text(Numbers.fixed(d.value(), 2), ""))
                .orElse(Text.EMPTY);
    }

    private static Text p99(Row row) {
        if (row.speed().isEmpty()) {
            return Text.EMPTY;
        }
        Row.Speed speed = row.speed().get();
        OptionalDouble p99 = speed.p99Ns();
        return p99.isPresent()
                ? new Text(Numbers.significant(p99.getAsDouble() / 1e6, 3), "")
                : new Text("", "n too small");
    }

    private static Text ratio(Row row) {
        if (row.speed().isPresent() && row.name().equals("original")) {
            return new Text("1", "");
        }
        return row.speed().flatMap(Row.Speed::ratio)
                .map(r -> new Text(Numbers.fixed(r.value(), 2),
                        String.format(Locale.ROOT, " [%.2f, %.2f]", r.low(), r.high())))
                .orElse(Text.EMPTY);
    }

    private static Text throughput(Row row) {
        return row.speed().flatMap(Row.Speed::best).map(
                b -> new Text(Numbers.significant(b.perSecond().value(), 3), " batch " + b.batch())).orElse(Text.EMPTY);
    }

    private static Text memory(Row row) {
        return row.speed().map(Row.Speed::memoryPeakBytes)
                .map(m -> m.isPresent() ? new Text(Numbers.fixed(m.getAsLong() / 1e6, 1), "") : Text.EMPTY)
                .orElse(Text.EMPTY);
    }

    /// The whole text of a row in this column, verdicts with all they say.
    private String whole(Row row) {
        if (header.equals(VERDICT)) {
            return row.failed().isEmpty() ? row.verdict() : "failed: " + row.failed();
        }
        Text shown = text.apply(row);
        return (shown.value() + shown.interval()).strip();
    }

    /// Rows as tab-separated text with the headers.
    static String tsv(List<Row> rows) {
        List<Cells> columns = columns();
        StringBuilder text = new StringBuilder(String.join("\t", columns.stream().map(Cells::header).toList()))
                .append('\n');
        for (Row row : rows) {
            text.append(String.join("\t", columns.stream().map(c -> c.whole(row)).toList())).append('\n');
        }
        return text.toString();
    }

    /// Rows as a Markdown table with the headers.
    static String markdown(List<Row> rows) {
        List<Cells> columns = columns();
        StringBuilder text = new StringBuilder();
        line(text, columns.stream().map(Cells::header).toList());
        line(text, columns.stream().map(c -> c.words() ? "---" : "---:").toList());
        rows.forEach(r -> line(text, columns.stream().map(c -> c.whole(r).replace("|", "\\|")).toList()));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
