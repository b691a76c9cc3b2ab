package dev.lathe.app.chart;

import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;

/// Draws lines whose points stand closer than three pixels as what they cover: in each column one bar, from the
/// lowest place that the line comes to there to the highest. It looks the same, extremes survive, and it takes a small part
/// of the time: a stroke of a thousand zigzags, one upon the other, keeps a window that draws without a GPU waiting for
/// tenths of a second. Lines of wider steps are stroked.
// JFreeChart's renderers can be serialized; this one never is
@SuppressWarnings("serial")
final class DenseLines extends XYLineAndShapeRenderer {
    private static final int WIDE_STEP = 3;

    DenseLines() {
        super(true, false);
        setDrawSeriesLineAsPath(true);
    }

    @Override
    protected void drawFirstPassShape(Graphics2D g2, int pass, int series, int item, Shape shape) {
        Rectangle clip = g2.getClipBounds();
        Rectangle seen = clip == null ? shape.getBounds() : clip.intersection(shape.getBounds());
        Columns columns = seen.isEmpty() ? new Columns(0, 0) : new Columns(seen.x, seen.width + 1);
        columns.add(shape.getPathIterator(null));
        if (columns.points * WIDE_STEP <= columns.low.length) {
            super.drawFirstPassShape(g2, pass, series, item, shape);
            return;
        }
        g2.setPaint(getItemPaint(series, item));
        columns.fill(g2);
    }

    /// What a line covers of each column.
    static final class Columns {
        private final int left;
        private final double[] low;
        private final double[] high;
        private int points;

        Columns(int left, int width) {
            this.left = left;
            this.low = new double[width];
            this.high = new double[width];
            Arrays.fill(low, Double.POSITIVE_INFINITY);
            Arrays.fill(high, Double.NEGATIVE_INFINITY);
        }

        void add(PathIterator path) {
            double[] at = new double[6];
            double x = 0;
            double y = 0;
            for (; !path.isDone(); path.next()) {
                // what is drawn here consists of straight lines
                if (path.currentSegment(at) == PathIterator.SEG_LINETO) {
                    add(x, y, at[0], at[1]);
                }
                x = at[0];
                y = at[1];
            }
        }

        private void add(double x0, double y0, double x1, double y1) {
            int from = (int) Math.floor(Math.min(x0, x1)) - left;
            int to = (int) Math.floor(Math.max(x0, x1)) - left;
            if (to < 0 || from >= low.length) {
                return;
            }
            points++;
            for (int column = Math.max(0, from); column <= Math.min(to, low.length - 1); column++) {
                cover(column, from == to ? y0 : place(x0, y0, x1, y1, left + column));
                cover(column, from == to ? y1 : place(x0, y0, x1, y1, left + column + 1.0));
            }
        }

        /// How high a line is at a place, or at its nearer end.
        private static double place(double x0, double y0, double x1, double y1, double x) {
            double share = Math.clamp((x - x0) / (x1 - x0), 0, 1);
            return y0 + share * (y1 - y0);
        }

        private void cover(int column, double y) {
            low[column] = Math.min(low[column], y);
            high[column] = Math.max(high[column], y);
        }

        int points() {
            return points;
        }

        void fill(Graphics2D g2) {
            for (int column = 0; column < low.length; column++) {
                if (low[column] <= high[column]) {
                    g2.fill(bar(column));
                }
            }
        }

        Rectangle2D bar(int column) {
            return new Rectangle2D.Double(left + column, low[column] - ChartTheme.LINE / 2, 1,
                    high[column] - low[column] + ChartTheme.LINE);
        }
    }
}
