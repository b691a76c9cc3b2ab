package dev.lathe.app.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYPolygonAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.data.Range;
import org.jfree.data.xy.DefaultXYDataset;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/// Lines in the hues of their variants over two axes, named at their ends, and the same JFreeChart however often they
/// change.
abstract class LineChart implements Chart {
    private static final double DOT = 7;
    /// How near a place must be to a point for the point to be meant, in pixels.
    private static final double NEAR = 28;
    /// What axes, their words and a title take of a drawing's height, in pixels.
    private static final double AXES_HEIGHT = 28;
    private static final double RIGHT_MARGIN = 12;
    private static final int FAINT = 48;

    private final JFreeChart chart;
    private final XYPlot plot;
    private final XYLineAndShapeRenderer renderer;
    private ChartTheme theme = ChartTheme.LIGHT;
    private List<String> names = List.of();
    private List<String> all = List.of();
    private List<Band> bands = List.of();
    /// By the axis itself: JFreeChart compares axes by what they show.
    private final IdentityHashMap<ValueAxis, Range> fixed = new IdentityHashMap<>();

    LineChart(ValueAxis x, ValueAxis y, boolean whiskers) {
        this(x, y, whiskers ? new XYErrorRenderer() : new XYLineAndShapeRenderer(true, false));
    }

    LineChart(ValueAxis x, ValueAxis y, XYLineAndShapeRenderer renderer) {
        this.renderer = renderer;
        if (renderer instanceof XYErrorRenderer errors) {
            errors.setDrawXError(false);
            errors.setCapLength(4);
            errors.setDefaultLinesVisible(true);
            errors.setErrorStroke(new BasicStroke(1f));
        }
        // what lies where is asked of the data, not of a shape kept for each of thousands of points
        renderer.setDefaultCreateEntities(false);
        this.plot = new NamedPlot(x, y);
        this.chart = new JFreeChart(null, null, plot, false);
        dress(theme);
    }

    /// A plot that writes the names when all else is drawn; annotations are cut at the axes.
    // JFreeChart's plots can be serialized; this one never is
    @SuppressWarnings("serial")
    private final class NamedPlot extends XYPlot {
        NamedPlot(ValueAxis x, ValueAxis y) {
            super(null, x, y, renderer);
        }

        @Override
        public void drawOutline(Graphics2D g2, Rectangle2D area) {
            if (namesAtEnds() && names.size() > 1 && names.size() * EndLabels.LINE <= area.getHeight()) {
                EndLabels.draw(g2, area, ends(area), theme);
            }
        }
    }

    @Override
    public JFreeChart chart() {
        return chart;
    }

    @Override
    public final void dress(ChartTheme wanted) {
        theme = wanted;
        change(() -> theme.apply(chart));
    }

    /// Tells the hues of these apart, in this order, the first being grey; by default each name has its own hue.
    ///
    /// @param together all that may be shown together
    public final void tellApart(List<String> together) {
        all = List.copyOf(together);
        change(() -> {});
    }

    /// Lays bands under the lines, in their hues.
    final void bands(List<Band> wanted) {
        bands = List.copyOf(wanted);
        change(() -> {});
    }

    private void paintBands() {
        renderer.removeAnnotations();
        for (Band band : bands) {
            Color hue = hue(band.name());
            double[] ends = ends(band);
            if (ends.length > 2) {
                renderer.addAnnotation(new XYPolygonAnnotation(ends, new BasicStroke(0), null,
                        new Color(hue.getRed(), hue.getGreen(), hue.getBlue(), FAINT)), Layer.BACKGROUND);
            }
        }
    }

    /// The outline of a band: along its lower ends, and back along its upper ones.
    private static double[] ends(Band band) {
        int size = band.low().size();
        double[] ends = new double[4 * size];
        for (int i = 0; i < size; i++) {
            ends[2 * i] = band.low().x()[i];
            ends[2 * i + 1] = band.low().y()[i];
            ends[4 * size - 2 * i - 2] = band.high().x()[i];
            ends[4 * size - 2 * i - 1] = band.high().y()[i];
        }
        return ends;
    }

    /// The hue of a line.
    Color hue(String name) {
        return Palette.of(name, all, theme);
    }

    /// The width of a line, in pixels.
    float width(String name) {
        return ChartTheme.LINE;
    }

    /// Remembers what the axes show now as all there is to see, for axes that do not follow the data.
    final void fix(ValueAxis axis, Range range) {
        axis.setRange(range);
        fixed.put(axis, range);
    }

    @Override
    public final void reset() {
        show(plot.getDomainAxis());
        show(plot.getRangeAxis());
    }

    private void show(ValueAxis axis) {
        Range range = fixed.get(axis);
        if (range == null) {
            axis.setAutoRange(true);
        } else {
            axis.setRange(range);
        }
    }

    @Override
    public final void zoom(double factor) {
        plot.getDomainAxis().resizeRange(factor);
    }

    @Override
    public final void pan(double share) {
        plot.getDomainAxis().pan(share);
    }

    @Override
    public final boolean hasRoomForNames(double height) {
        return namesAtEnds() && names.size() * EndLabels.LINE <= height - AXES_HEIGHT;
    }

    /// Whether series are named at the ends of their lines, where there is room.
    boolean namesAtEnds() {
        return true;
    }

    ChartTheme theme() {
        return theme;
    }

    XYPlot plot() {
        return plot;
    }

    XYLineAndShapeRenderer renderer() {
        return renderer;
    }

    /// Shows these lines in place of the ones before.
    void lines(List<Points> lines) {
        DefaultXYDataset data = new DefaultXYDataset();
        lines.forEach(l -> data.addSeries(l.name(), new double[][]{l.x(), l.y()}));
        names = lines.stream().map(Points::name).toList();
        change(() -> plot.setDataset(data));
    }

    /// Shows points with whiskers in place of the ones before.
    void whiskers(List<Whiskers> series, boolean xWhiskers) {
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        for (Whiskers one : series) {
            // in the order they come: the items of the data are the points of the series
            XYIntervalSeries points = new XYIntervalSeries(one.name(), false, true);
            one.points().forEach(p -> points.add(p.x().value(), p.x().low(), p.x().high(), p.y().value(), p.y().low(),
                    p.y().high()));
            data.addSeries(points);
        }
        names = series.stream().map(Whiskers::name).toList();
        if (renderer instanceof XYErrorRenderer errors) {
            errors.setDrawXError(xWhiskers);
        }
        change(() -> plot.setDataset(data));
    }

    /// Changes as much as it likes and is drawn once.
    final void change(Runnable change) {
        boolean outermost = chart.isNotify();
        chart.setNotify(false);
        change.run();
        paint();
        if (outermost) {
            chart.setNotify(true);
        }
    }

    private void paint() {
        paintBands();
        for (int i = 0; i < names.size(); i++) {
            renderer.setSeriesPaint(i, hue(names.get(i)));
            renderer.setSeriesStroke(i,
                    new BasicStroke(width(names.get(i)), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            renderer.setSeriesShape(i, new Ellipse2D.Double(-DOT / 2, -DOT / 2, DOT, DOT));
        }
        double room = namesAtEnds() && names.size() > 1
                ? names.stream().mapToDouble(EndLabels::width).max().orElse(0)
                : 0;
        theme.margin(chart, Math.max(RIGHT_MARGIN, room + 4));
    }

    /// Where the names of the series belong: by default beside the last point that is shown.
    List<EndLabels.End> ends(Rectangle2D area) {
        List<EndLabels.End> ends = new ArrayList<>();
        XYDataset data = plot.getDataset();
        for (int series = 0; data != null && series < data.getSeriesCount(); series++) {
            for (int item = data.getItemCount(series) - 1; item >= 0; item--) {
                double x = across(data.getXValue(series, item), area);
                double y = up(data.getYValue(series, item), area);
                if (area.getMinX() <= x && x <= area.getMaxX() + 1 && Double.isFinite(y)) {
                    ends.add(new EndLabels.End(names.get(series), hue(names.get(series)), x, y));
                    break;
                }
            }
        }
        return ends;
    }

    final double across(double value, Rectangle2D area) {
        return plot.getDomainAxis().valueToJava2D(value, area, RectangleEdge.BOTTOM);
    }

    final double up(double value, Rectangle2D area) {
        return plot.getRangeAxis().valueToJava2D(value, area, RectangleEdge.LEFT);
    }

    @Override
    public final Optional<Tip> near(double x, double y, Rectangle2D area) {
        XYDataset data = plot.getDataset();
        Optional<Tip> found = Optional.empty();
        double closest = NEAR;
        for (int series = 0; data != null && series < data.getSeriesCount(); series++) {
            for (int item = 0; item < data.getItemCount(series); item++) {
                double px = across(data.getXValue(series, item), area);
                if (Math.abs(px - x) >= closest) {
                    continue;
                }
                double py = up(data.getYValue(series, item), area);
                double distance = Math.hypot(px - x, py - y);
                if (distance < closest && area.contains(px, py)) {
                    closest = distance;
                    found = Optional.of(new Tip(px, py, names.get(series) + ": " + words(series, item)));
                }
            }
        }
        return found;
    }

    static String n(int n) {
        return n > 0 ? ", n = " + n : "";
    }

    /// A point in words, for the tooltip: its exact value and n.
    abstract String words(int series, int item);
}
