package dev.lathe.app.chart;

import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;

/// A histogram: which share of the queries, in percent, took how many milliseconds, on a logarithmic axis.
public final class LatencyDistribution extends LineChart {
    /// Beside the flank of a peak.
    private static final double ASIDE = 12;
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

    /// Each is named at its peak; the ends all lie on the axis.
    @Override
    List<EndLabels.End> ends(Rectangle2D area) {
        return shown.stream().map(line -> {
            int peak = 0;
            for (int i = 0; i < line.size(); i++) {
                peak = line.y()[i] > line.y()[peak] ? i : peak;
            }
            return new EndLabels.End(line.name(), hue(line.name()),
                    across(line.x()[peak], area) + ASIDE,
                    up(line.y()[peak], area));
        }).toList();
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
