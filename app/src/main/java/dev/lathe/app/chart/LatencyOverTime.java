package dev.lathe.app.chart;

import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;

/// The latency of every single query, in milliseconds, on a logarithmic axis, over the seconds since the start.
public final class LatencyOverTime extends LineChart {
    private List<Points> shown = List.of();

    /// An empty chart.
    public LatencyOverTime() {
        super(new NumberAxis(), new DecadeAxis(), false);
        // thousands of points: one path a line, and no tooltip for each
        renderer().setDrawSeriesLineAsPath(true);
        renderer().setDefaultCreateEntities(false);
    }

    /// Shows these lines, already thinned.
    public void show(List<Points> lines) {
        shown = List.copyOf(lines);
        lines(shown);
    }

    @Override
    String words(double x, double y) {
        return String.format(Locale.ROOT, "%.3f ms at %.1f s", y, x);
    }

    @Override
    public String tsv() {
        return Points.tsv(shown, "s", "ms");
    }
}
