package dev.lathe.app.gui.history;

import dev.lathe.app.engine.history.StoredFigure;
import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.history.StoredRow;
import dev.lathe.app.gui.work.Numbers;
import java.util.ArrayList;
import java.util.List;

/// What a run that chose no variant found, figure by figure, in words.
///
/// @param of the variant, model or cell; empty where it is the one above
/// @param figure its name
/// @param value with its unit, or why there is none
/// @param interval the 95 % interval
/// @param n how many samples it rests on
record Figures(String of, String figure, String value, String interval, String n) {
    private static final double MILLISECOND_NS = 1e6;
    private static final double MICROSECOND_NS = 1e3;

    static List<Figures> of(StoredResult result) {
        List<Figures> lines = new ArrayList<>();
        for (StoredRow row : result.cells().isEmpty() ? result.rows() : result.cells()) {
            String name = row.name();
            if (row.failed().isPresent()) {
                lines.add(new Figures(name, "failed", row.failed().get(), "", ""));
                name = "";
            }
            for (StoredFigure figure : row.figures()) {
                lines.add(of(name, figure));
                name = "";
            }
            if (!row.verdict().isEmpty()) {
                lines.add(new Figures(name, "verdict", row.verdict(), "", ""));
            }
        }
        result.againstItself().forEach(f -> lines.add(of("", f)));
        result.caveats().forEach(c -> lines.add(new Figures("", "caveat", c.what(), "", "")));
        result.stoppedBy().forEach(c -> lines.add(new Figures("", "stopped", c.sentence(), "", "")));
        return lines;
    }

    private static Figures of(String name, StoredFigure figure) {
        return new Figures(name, figure.name(),
                figure.value().isPresent()
                        ? amount(figure.value().getAsDouble(), figure.unit())
                        : figure.reason(),
                figure.interval().map(i -> "[" + amount(i.low(), figure.unit()) + ", " + amount(i.high(), figure.unit())
                        + "]").orElse(""),
                figure.n().isPresent() ? Long.toString(figure.n().getAsLong()) : "");
    }

    private static String amount(double value, String unit) {
        return switch (unit) {
            case "ns" -> value < MILLISECOND_NS
                    ? Numbers.significant(value / MICROSECOND_NS, 3) + " µs"
                    : Numbers.significant(value / MILLISECOND_NS, 3) + " ms";
            case "bytes" -> Numbers.bytes((long) value);
            case "x" -> Numbers.significant(value, 3) + "x";
            case "1/s" -> Numbers.significant(value, 3) + "/s";
            default -> Numbers.significant(value, 4) + (unit.isEmpty() ? "" : " " + unit);
        };
    }

    List<String> cells() {
        return List.of(of, figure, value, interval, n);
    }
}
