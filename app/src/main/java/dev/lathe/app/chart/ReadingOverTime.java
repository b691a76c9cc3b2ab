package dev.lathe.app.chart;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.data.Range;

/// What a sensor told over the last seconds; the axis follows the values and need not begin at 0.
public final class ReadingOverTime extends LineChart {
    private static final double LEAST_GIGAHERTZ = 0.5;
    private static final double LEAST = 10;

    private final String unit;
    private List<Points> shown = List.of();

    /// An empty chart over that many seconds.
    ///
    /// @param unit of the values: `GHz`
    public ReadingOverTime(int seconds, String unit) {
        super(new NumberAxis(), axis(unit), false);
        this.unit = unit;
        fix(plot().getDomainAxis(), new Range(-seconds, 0));
    }

    private static NumberAxis axis(String unit) {
        NumberAxis axis = new NumberAxis();
        axis.setAutoRangeIncludesZero(false);
        // a value that stands still is a line, not a magnified rounding
        axis.setAutoRangeMinimumSize(unit.equals("GHz") ? LEAST_GIGAHERTZ : LEAST);
        axis.setNumberFormatOverride(new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT)));
        return axis;
    }

    /// Shows this line.
    public void show(Points line) {
        shown = List.of(line);
        lines(shown);
    }

    @Override
    String words(int series, int item) {
        Points line = shown.get(series);
        return String.format(Locale.ROOT, "%.2f %s, %.0f s ago", line.y()[item], unit, -line.x()[item]);
    }

    @Override
    public String tsv() {
        return Points.tsv(shown, "s", unit);
    }
}
