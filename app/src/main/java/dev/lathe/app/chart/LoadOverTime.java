package dev.lathe.app.chart;

import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.data.Range;

/// A share in percent over the last seconds: how busy the processor is, how full the memory.
public final class LoadOverTime extends LineChart {
    /// Name of the line of the processor.
    public static final String CPU = "CPU";
    /// Name of the line of the memory.
    public static final String MEMORY = "memory";
    private List<Points> shown = List.of();

    /// An empty chart over that many seconds.
    public LoadOverTime(int seconds) {
        super(new NumberAxis(), new NumberAxis(), false);
        fix(plot().getDomainAxis(), new Range(-seconds, 0));
        fix(plot().getRangeAxis(), new Range(0, 100));
    }

    /// Shows this line.
    public void show(Points line) {
        shown = List.of(line);
        lines(shown);
    }

    @Override
    String words(int series, int item) {
        Points line = shown.get(series);
        return String.format(Locale.ROOT, "%.0f %%, %.0f s ago", line.y()[item], -line.x()[item]);
    }

    @Override
    public String tsv() {
        return Points.tsv(shown, "s", "percent");
    }
}
