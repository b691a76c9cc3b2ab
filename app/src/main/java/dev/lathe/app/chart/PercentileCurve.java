package dev.lathe.app.chart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jfree.data.Range;

/// Latency in milliseconds over the percentile, on a logarithmic axis of the share that lies beyond.
public final class PercentileCurve extends LineChart {
    private static final double[] MARKS = {0.5, 0.9, 0.99, 0.999, 0.9999};
    private static final double HALF = place(0.5);
    private static final double THREE_NINES = place(0.999);
    private List<Points> shown = List.of();
    private List<Band> around = List.of();

    /// An empty chart.
    public PercentileCurve() {
        super(new MarkAxis(marks()), new DecadeAxis(), false);
        fix(plot().getDomainAxis(), new Range(HALF, THREE_NINES));
    }

    /// Where a share lies on the axis.
    static double place(double share) {
        return -Math.log10(1 - share);
    }

    private static SequencedMap<Double, String> marks() {
        SequencedMap<Double, String> marks = new LinkedHashMap<>();
        for (double share : MARKS) {
            marks.put(place(share), String.format(Locale.ROOT, "%.4g", 100 * share).replaceFirst("\\.?0+$", ""));
        }
        return marks;
    }

    /// Shows these curves without bands.
    public void show(List<Points> curves) {
        show(curves, List.of());
    }

    /// Shows these curves, see [LatencyHistogram#curve], with the bands of those that have one.
    public void show(List<Points> curves, List<Band> intervals) {
        shown = List.copyOf(curves);
        around = List.copyOf(intervals);
        change(() -> {
            bands(around);
            lines(shown);
        });
    }

    @Override
    String words(int series, int item) {
        Points line = shown.get(series);
        String interval = around.stream().filter(b -> b.name().equals(line.name()) && b.low().size() > item)
                .map(b -> String.format(Locale.ROOT, " [%.4f, %.4f]", b.low().y()[item], b.high().y()[item]))
                .findFirst()
                .orElse("");
        return String.format(Locale.ROOT, "%.4f ms%s at percentile %.2f%s", line.y()[item], interval,
                100 * (1 - Math.pow(10, -line.x()[item])), n(line.n()));
    }

    @Override
    public String tsv() {
        return Points.tsv(shown, "minusLog10OfShareBeyond", "ms");
    }
}
