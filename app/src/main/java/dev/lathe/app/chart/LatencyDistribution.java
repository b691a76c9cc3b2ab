package dev.lathe.app.chart;

import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;

/// A histogram: which share of the queries, in percent, took how many milliseconds, on a logarithmic axis.
public final class LatencyDistribution extends LineChart {
    private List<Points> shown = List.of();

    /// An empty chart.
    public LatencyDistribution() {
        super(new DecadeAxis(), new NumberAxis(), false);
    }

    /// Shows these histograms, see [LatencyHistogram#distribution].
    public void show(List<Points> histograms) {
        shown = List.copyOf(histograms);
        lines(shown);
    }

    @Override
    String words(int series, int item) {
        Points line = shown.get(series);
        return String.format(Locale.ROOT, "%.1f %% of the queries near %.4f ms%s", line.y()[item], line.x()[item],
                n(line.n()));
    }

    @Override
    public String tsv() {
        return Points.tsv(shown, "ms", "percent");
    }
}
