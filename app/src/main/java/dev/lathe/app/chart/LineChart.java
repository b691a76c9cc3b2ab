package dev.lathe.app.chart;

import java.awt.BasicStroke;
import java.awt.geom.Ellipse2D;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.labels.XYToolTipGenerator;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.Range;
import org.jfree.data.xy.DefaultXYDataset;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/// Lines in the hues of their variants over two axes, and the same JFreeChart however often they change.
abstract class LineChart implements Chart {
    private static final double DOT = 7;

    private final JFreeChart chart;
    private final XYPlot plot;
    private final XYLineAndShapeRenderer renderer;
    private ChartTheme theme = ChartTheme.LIGHT;
    private List<String> names = List.of();
    /// By the axis itself: JFreeChart compares axes by what they show.
    private final IdentityHashMap<ValueAxis, Range> fixed = new IdentityHashMap<>();

    LineChart(ValueAxis x, ValueAxis y, boolean whiskers) {
        this.renderer = whiskers ? new XYErrorRenderer() : new XYLineAndShapeRenderer(true, false);
        if (renderer instanceof XYErrorRenderer errors) {
            errors.setDrawXError(false);
            errors.setCapLength(4);
            errors.setDefaultLinesVisible(true);
            errors.setErrorStroke(new BasicStroke(1f));
        }
        this.plot = new XYPlot(null, x, y, renderer);
        this.chart = new JFreeChart(null, null, plot, false);
        renderer.setDefaultToolTipGenerator(tooltip());
        dress(theme);
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
            XYIntervalSeries points = new XYIntervalSeries(one.name());
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
        for (int i = 0; i < names.size(); i++) {
            renderer.setSeriesPaint(i, Palette.of(names.get(i), theme));
            renderer.setSeriesStroke(i,
                    new BasicStroke(ChartTheme.LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            renderer.setSeriesShape(i, new Ellipse2D.Double(-DOT / 2, -DOT / 2, DOT, DOT));
        }
    }

    private XYToolTipGenerator tooltip() {
        return (data, series, item) -> String.format(Locale.ROOT, "%s: %s", data.getSeriesKey(series),
                words(data.getXValue(series, item), data.getYValue(series, item)));
    }

    /// A point in words, for the tooltip.
    abstract String words(double x, double y);
}
