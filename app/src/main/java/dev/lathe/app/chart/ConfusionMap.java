package dev.lathe.app.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.PaintScale;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.data.xy.DefaultXYZDataset;

/// How often samples of one class, a row, were taken for another, a column, as a heat map: what is right is blue, what is
/// mistaken is red, the stronger the larger its part of the row.
public final class ConfusionMap implements Chart {
    private static final Color RIGHT = new Color(0x0072B2);
    private static final Color WRONG = new Color(0xD55E00);
    /// Not quite white: the bridge to the canvas takes a hue that ends one drawing for set when the next begins with it, as
    /// white backgrounds do.
    private static final Color LETTERS = new Color(0xFEFEFE);
    private static final double NOTHING = 0.004;
    private static final double FAINTEST = 0.12;
    private static final double STRONG = 0.55;
    private static final int MOST_NUMBERED = 16;
    private static final int MOST_NAMES_DOWN = 24;
    private static final int LETTERS_ACROSS = 72;
    private static final int LONGEST = 14;

    private final JFreeChart chart;
    private final XYPlot plot;
    private final Shades shades = new Shades();
    private ChartTheme theme = ChartTheme.LIGHT;
    private Matrix shown = new Matrix(List.of(), List.of(), List.of());
    private String row = "is";

    /// The counts of some classes.
    ///
    /// @param names of the classes
    /// @param counts by row, then by column
    /// @param totals of the rows, with the classes that are not among these
    public record Matrix(List<String> names, List<List<Integer>> counts, List<Integer> totals) {
        /// Copies the lists.
        public Matrix {
            names = List.copyOf(names);
            counts = counts.stream().map(List::copyOf).toList();
            totals = List.copyOf(totals);
        }

        /// How many samples of a row were taken for a column.
        public int count(int right, int chosen) {
            return counts.get(right).get(chosen);
        }

        double share(int right, int chosen) {
            return totals.get(right) == 0 ? 0 : count(right, chosen) / (double) totals.get(right);
        }
    }

    /// A field of the map: its row and its column.
    public record Place(int right, int chosen) {}

    /// An empty map.
    public ConfusionMap() {
        XYBlockRenderer renderer = new XYBlockRenderer();
        renderer.setPaintScale(shades);
        renderer.setDefaultCreateEntities(false);
        plot = new XYPlot(null, new MarkAxis(new LinkedHashMap<>()), new MarkAxis(new LinkedHashMap<>()), renderer);
        plot.setDomainAxisLocation(AxisLocation.TOP_OR_LEFT);
        chart = new JFreeChart(null, null, plot, false);
        dress(theme);
    }

    /// From the background to a hue.
    private final class Shades implements PaintScale {
        @Override
        public double getLowerBound() {
            return -1;
        }

        @Override
        public double getUpperBound() {
            return 1;
        }

        @Override
        public Paint getPaint(double share) {
            double part = share == 0 ? NOTHING : FAINTEST + (1 - FAINTEST) * Math.abs(share);
            return mixed(share > 0 ? RIGHT : WRONG, part);
        }

        private Color mixed(Color hue, double part) {
            Color ground = theme.background();
            return new Color(mixed(hue.getRed(), ground.getRed(), part), mixed(hue.getGreen(), ground.getGreen(), part),
                    mixed(hue.getBlue(), ground.getBlue(), part));
        }

        private static int mixed(int hue, int ground, double part) {
            return (int) Math.round(part * hue + (1 - part) * ground);
        }
    }

    /// Shows this matrix.
    ///
    /// @param rowWord what a row says of a sample: "is", or "the original chose"
    public void show(Matrix matrix, String rowWord) {
        shown = matrix;
        row = rowWord;
        int n = matrix.names().size();
        double[][] cells = new double[3][n * n];
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < n; c++) {
                cells[0][r * n + c] = c;
                cells[1][r * n + c] = r;
                cells[2][r * n + c] = r == c ? matrix.share(r, c) : -matrix.share(r, c);
            }
        }
        DefaultXYZDataset data = new DefaultXYZDataset();
        data.addSeries("samples", cells);
        chart.setNotify(false);
        int letters = matrix.names().stream().mapToInt(name -> cut(name).length() + 1).max().orElse(1);
        plot.setDomainAxis(axis(Math.max(1, LETTERS_ACROSS / letters)));
        MarkAxis down = axis(MOST_NAMES_DOWN);
        down.setInverted(true);
        plot.setRangeAxis(down);
        plot.setDataset(data);
        reset();
        dress(theme);
        chart.setNotify(true);
    }

    private MarkAxis axis(int most) {
        SequencedMap<Double, String> marks = new LinkedHashMap<>();
        int step = Math.max(1, Math.ceilDiv(shown.names().size(), most));
        for (int i = 0; i < shown.names().size(); i += step) {
            marks.put((double) i, cut(shown.names().get(i)));
        }
        return new MarkAxis(marks);
    }

    private static String cut(String name) {
        return name.length() <= LONGEST ? name : name.substring(0, LONGEST - 1) + "…";
    }

    private void number() {
        plot.clearAnnotations();
        if (shown.names().size() > MOST_NUMBERED) {
            return;
        }
        Font font = ChartTheme.font();
        for (int r = 0; r < shown.names().size(); r++) {
            for (int c = 0; c < shown.names().size(); c++) {
                if (shown.count(r, c) > 0) {
                    XYTextAnnotation count = new XYTextAnnotation(Integer.toString(shown.count(r, c)), c, r);
                    count.setFont(font);
                    count.setPaint(shown.share(r, c) > STRONG ? LETTERS : theme.text());
                    plot.addAnnotation(count);
                }
            }
        }
    }

    /// The field at a place of the drawing.
    public Optional<Place> at(double x, double y, Rectangle2D area) {
        int chosen = (int) Math.rint(plot.getDomainAxis().java2DToValue(x, area, RectangleEdge.TOP));
        int right = (int) Math.rint(plot.getRangeAxis().java2DToValue(y, area, RectangleEdge.LEFT));
        int n = shown.names().size();
        return area.contains(x, y) && 0 <= chosen && chosen < n && 0 <= right && right < n
                ? Optional.of(new Place(right, chosen))
                : Optional.empty();
    }

    @Override
    public Optional<Tip> near(double x, double y, Rectangle2D area) {
        return at(x, y, area).map(p -> new Tip(
                plot.getDomainAxis().valueToJava2D(p.chosen(), area, RectangleEdge.TOP),
                plot.getRangeAxis().valueToJava2D(p.right(), area, RectangleEdge.LEFT),
                String.format(Locale.ROOT, "%s %s, chosen %s: %d of %d (%.1f %%)", row, shown.names().get(p.right()),
                        shown.names().get(p.chosen()), shown.count(p.right(), p.chosen()),
                        shown.totals().get(p.right()), 100 * shown.share(p.right(), p.chosen()))));
    }

    @Override
    public JFreeChart chart() {
        return chart;
    }

    @Override
    public void dress(ChartTheme wanted) {
        theme = wanted;
        theme.apply(chart);
        theme.margin(chart, 4);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinesVisible(false);
        number();
        chart.fireChartChanged();
    }

    @Override
    public void reset() {
        double end = Math.max(1, shown.names().size()) - 0.5;
        plot.getDomainAxis().setRange(-0.5, end);
        plot.getRangeAxis().setRange(-0.5, end);
    }

    @Override
    public void zoom(double factor) {
        plot.getDomainAxis().resizeRange(factor);
        plot.getRangeAxis().resizeRange(factor);
    }

    @Override
    public void pan(double share) {
        plot.getDomainAxis().pan(share);
    }

    @Override
    public boolean hasRoomForNames(double height) {
        return false;
    }

    @Override
    public String tsv() {
        StringBuilder text = new StringBuilder(row + "\\chosen");
        shown.names().forEach(n -> text.append('\t').append(n));
        text.append('\n');
        for (int r = 0; r < shown.names().size(); r++) {
            text.append(shown.names().get(r));
            for (int count : shown.counts().get(r)) {
                text.append('\t').append(count);
            }
            text.append('\n');
        }
        return text.toString();
    }
}
