package dev.lathe.app.chart;

import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;

/// Samples a second against the latency at which they are had, a point a batch size, with intervals as whiskers; both axes
/// begin at zero. Up and to the left is better.
public final class ThroughputByLatency extends LineChart {
    private List<Whiskers> shown = List.of();

    /// An empty chart.
    public ThroughputByLatency() {
        super(zeroBased(), zeroBased(), true);
    }

    private static NumberAxis zeroBased() {
        NumberAxis axis = new NumberAxis();
        axis.setAutoRangeIncludesZero(true);
        return axis;
    }

    /// Shows these lines: x in milliseconds, y in samples a second.
    public void show(List<Whiskers> lines) {
        shown = List.copyOf(lines);
        whiskers(shown, true);
    }

    @Override
    String words(int series, int item) {
        Whiskers.Point point = shown.get(series).points().get(item);
        return String.format(Locale.ROOT, "%.0f items/s at %.4g ms%s", point.y().value(), point.x().value(),
                n(point.n()));
    }

    @Override
    public String tsv() {
        StringBuilder text = new StringBuilder("series\tlatencyMs\tlow\thigh\tperSecond\tlow\thigh\n");
        shown.forEach(s -> s.points().forEach(p -> text.append(s.name()).append('\t').append(p.x().value())
                .append('\t').append(p.x().low()).append('\t').append(p.x().high()).append('\t').append(p.y().value())
                .append('\t').append(p.y().low()).append('\t').append(p.y().high()).append('\n')));
        return text.toString();
    }
}
