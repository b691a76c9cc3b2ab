package dev.lathe.app.chart;

import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;

/// The latency of every single query, in milliseconds, on a logarithmic axis, over the seconds since the start.
public final class LatencyOverTime extends LineChart {
    private static final int LATEST = 48;
    private List<Points> shown = List.of();

    /// An empty chart.
    public LatencyOverTime() {
        super(new NumberAxis(), new DecadeAxis(), new DenseLines());
    }

    /// Shows these lines, already thinned.
    public void show(List<Points> lines) {
        shown = List.copyOf(lines);
        lines(shown);
    }

    /// Lines take turns and end anywhere: all are named at the right edge, at the median of their latest points.
    @Override
    List<EndLabels.End> ends(Rectangle2D area) {
        return shown.stream().map(l -> new EndLabels.End(l.name(), hue(l.name()), area.getMaxX(),
                up(latest(l), area))).toList();
    }

    private static double latest(Points line) {
        double[] last = Arrays.stream(line.y()).skip(Math.max(0, line.size() - LATEST)).filter(Double::isFinite)
                .sorted().toArray();
        return last.length == 0 ? 1 : last[last.length / 2];
    }

    @Override
    String words(int series, int item) {
        Points line = shown.get(series);
        return String.format(Locale.ROOT, "%.4f ms at %.2f s, one query%s", line.y()[item], line.x()[item],
                line.n() > 0 ? " of n = " + line.n() : "");
    }

    @Override
    public String tsv() {
        return Points.tsv(shown, "s", "ms");
    }
}
