package dev.lathe.app.chart;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/// An axis with marks at chosen places and their own words.
final class MarkAxis extends NumberAxis {
    private final transient SequencedMap<Double, String> marks;

    MarkAxis(SequencedMap<Double, String> marks) {
        this.marks = marks;
        setAutoRangeIncludesZero(false);
    }

    @Override
    // JFreeChart declares raw lists
    @SuppressWarnings("rawtypes")
    protected List refreshTicksHorizontal(Graphics2D g2, Rectangle2D dataArea, RectangleEdge edge) {
        return ticks(across(edge));
    }

    @Override
    @SuppressWarnings("rawtypes")
    protected List refreshTicksVertical(Graphics2D g2, Rectangle2D dataArea, RectangleEdge edge) {
        return ticks(TextAnchor.CENTER_RIGHT);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public List refreshTicks(Graphics2D g2, AxisState state, Rectangle2D dataArea, RectangleEdge edge) {
        return ticks(RectangleEdge.isTopOrBottom(edge) ? across(edge) : TextAnchor.CENTER_RIGHT);
    }

    private static TextAnchor across(RectangleEdge edge) {
        return edge.equals(RectangleEdge.TOP) ? TextAnchor.BOTTOM_CENTER : TextAnchor.TOP_CENTER;
    }

    private List<NumberTick> ticks(TextAnchor anchor) {
        List<NumberTick> ticks = new ArrayList<>();
        marks.forEach((place, words) -> {
            if (getRange().contains(place)) {
                ticks.add(new NumberTick(place, words, anchor, TextAnchor.CENTER, 0));
            }
        });
        return ticks;
    }
}
