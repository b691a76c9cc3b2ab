package dev.lathe.app.chart;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.Range;

/// A logarithmic axis with marks at 1, 2 and 5 of each decade, closer where less than a decade is shown: a median of a
/// third of a millisecond and an outlier of sixty are both read.
final class DecadeAxis extends LogAxis {
    private static final List<Double> FEW = List.of(1.0, 2.0, 5.0);
    private static final List<Double> MORE = List.of(1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0);
    private static final List<Double> DECADES = List.of(1.0);
    /// A mark needs as many pixels as a line of text.
    private static final double ROOM = 15;
    /// And as many across as its figures are wide.
    private static final double ROOM_ACROSS = 44;
    private static final double NARROWEST = 1.2;

    DecadeAxis() {
        super(null);
        setSmallestValue(1e-6);
        setLowerMargin(0.05);
        setUpperMargin(0.05);
    }

    @Override
    protected void autoAdjustRange() {
        super.autoAdjustRange();
        Range range = getRange();
        if (range.getUpperBound() < range.getLowerBound() * NARROWEST) {
            setRange(new Range(range.getLowerBound() / NARROWEST, range.getUpperBound() * NARROWEST), false, false);
        }
    }

    @Override
    // JFreeChart declares raw lists
    @SuppressWarnings("rawtypes")
    protected List refreshTicksVertical(Graphics2D g2, Rectangle2D dataArea, RectangleEdge edge) {
        List<NumberTick> ticks = new ArrayList<>();
        for (double place : marks(getRange().getLowerBound(), getRange().getUpperBound(),
                (int) (dataArea.getHeight() / ROOM))) {
            ticks.add(new NumberTick(place, words(place), TextAnchor.CENTER_RIGHT, TextAnchor.CENTER, 0));
        }
        return ticks;
    }

    @Override
    // JFreeChart declares raw lists
    @SuppressWarnings("rawtypes")
    protected List refreshTicksHorizontal(Graphics2D g2, Rectangle2D dataArea, RectangleEdge edge) {
        List<NumberTick> ticks = new ArrayList<>();
        for (double place : marks(getRange().getLowerBound(), getRange().getUpperBound(),
                (int) (dataArea.getWidth() / ROOM_ACROSS))) {
            ticks.add(new NumberTick(place, words(place), TextAnchor.TOP_CENTER, TextAnchor.CENTER, 0));
        }
        return ticks;
    }

    /// As many marks as have room: the closest of the three kinds that has no more than that.
    static List<Double> marks(double low, double high, int most) {
        for (List<Double> within : List.of(MORE, FEW, DECADES)) {
            List<Double> marks = marks(low, high, within);
            if (marks.size() <= Math.max(2, most)) {
                return marks;
            }
        }
        return marks(low, high, DECADES);
    }

    private static List<Double> marks(double low, double high, List<Double> within) {
        List<Double> marks = new ArrayList<>();
        for (int decade = (int) Math.floor(Math.log10(low)); Math.pow(10, decade) <= high; decade++) {
            for (double digit : within) {
                double place = digit * Math.pow(10, decade);
                if (place >= low && place <= high) {
                    marks.add(place);
                }
            }
        }
        return marks;
    }

    private static String words(double place) {
        return String.format(Locale.ROOT, "%.6f", place).replaceFirst("\\.?0+$", "");
    }
}
