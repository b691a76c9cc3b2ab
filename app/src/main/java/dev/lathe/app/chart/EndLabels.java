package dev.lathe.app.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Names of series at the ends of their lines, moved apart where they would lie on one another.
final class EndLabels {
    /// Height of a line of text, in pixels.
    static final double LINE = 13;
    private static final double GAP = 6;
    private static final double DOT = 6;
    private static final FontRenderContext FONTS = new FontRenderContext(null, true, true);

    private EndLabels() {}

    /// A name and where its line ends.
    ///
    /// @param x in pixels
    /// @param y in pixels
    record End(String name, Color hue, double x, double y) {
        double width() {
            return EndLabels.width(name);
        }
    }

    /// Room that a name takes beside the end of its line, in pixels.
    static double width(String name) {
        return GAP + DOT + 4 + ChartTheme.font().getStringBounds(name, FONTS).getWidth();
    }

    /// Places so close to the wanted ones as can be, in the same order, none closer to the next than a gap.
    ///
    /// *Source:* isotonic regression by pooling adjacent violators, on the places less what the gaps take.
    ///
    /// @param wanted rising
    static double[] spread(double[] wanted, double gap, double low, double high) {
        int n = wanted.length;
        double[] sums = new double[n];
        int[] sizes = new int[n];
        int pools = 0;
        for (int i = 0; i < n; i++) {
            sums[pools] = wanted[i] - i * gap;
            sizes[pools++] = 1;
            while (pools > 1 && sums[pools - 2] / sizes[pools - 2] > sums[pools - 1] / sizes[pools - 1]) {
                sums[pools - 2] += sums[pools - 1];
                sizes[pools - 2] += sizes[pools - 1];
                pools--;
            }
        }
        double[] places = new double[n];
        int at = 0;
        double last = Math.max(low, high - (n - 1) * gap);
        for (int p = 0; p < pools; p++) {
            for (int k = 0; k < sizes[p]; k++) {
                places[at] = Math.clamp(sums[p] / sizes[p], low, last) + at * gap;
                at++;
            }
        }
        return places;
    }

    /// Those that lie above or below one another, together.
    static List<List<End>> columns(List<End> ends) {
        List<End> byX = new ArrayList<>(ends);
        byX.sort(Comparator.comparingDouble(End::x));
        List<List<End>> columns = new ArrayList<>();
        double right = Double.NEGATIVE_INFINITY;
        for (End end : byX) {
            if (end.x() > right) {
                columns.add(new ArrayList<>());
            }
            columns.getLast().add(end);
            right = Math.max(right, end.x() + end.width());
        }
        return columns;
    }

    static void draw(Graphics2D g2, Rectangle2D area, List<End> ends, ChartTheme theme) {
        Font font = ChartTheme.font();
        for (List<End> column : columns(ends)) {
            List<End> byY = new ArrayList<>(column);
            byY.sort(Comparator.comparingDouble(End::y));
            double[] places = spread(byY.stream().mapToDouble(End::y).toArray(), LINE, area.getMinY() + LINE / 2,
                    area.getMaxY() - LINE / 2);
            for (int i = 0; i < places.length; i++) {
                End end = byY.get(i);
                double x = end.x() + GAP;
                // words are read through what else is drawn there
                g2.setPaint(theme.veil());
                g2.fill(new Rectangle2D.Double(x + DOT, places[i] - LINE / 2, end.width() - GAP - DOT, LINE));
                g2.setPaint(end.hue());
                g2.fill(new Ellipse2D.Double(x, places[i] - DOT / 2, DOT, DOT));
                g2.setPaint(theme.text());
                g2.setFont(font);
                g2.drawString(end.name(), (float) (x + DOT + 4), (float) (places[i] + ChartTheme.FONT_SIZE * 0.36));
            }
        }
    }
}
