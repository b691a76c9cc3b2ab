package dev.lathe.app.chart;

import java.awt.BasicStroke;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/// The time of operators in microseconds as bars from zero, the longest on top, in the hue of what holds them back.
public final class OperatorBars implements Chart {
    private static final double HALF = 0.36;
    private static final int LABEL = 40;

    private final JFreeChart chart;
    private final XYPlot plot;
    private final XYBarRenderer renderer;
    private ChartTheme theme = ChartTheme.LIGHT;
    private List<Bar> shown = List.of();
    private final SequencedMap<String, List<Bar>> byBound = new LinkedHashMap<>();

    /// One operator.
    ///
    /// @param label its name
    /// @param bound what holds it back, in words: gives the hue
    /// @param us time of one query, in microseconds
    /// @param detail what the hover text says after its name
    public record Bar(String label, String bound, Whiskers.Range us, String detail) {}

    /// An empty chart.
    public OperatorBars() {
        NumberAxis time = new NumberAxis();
        time.setAutoRangeIncludesZero(true);
        time.setLabel("µs");
        renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDrawBarOutline(false);
        renderer.setDefaultStroke(new BasicStroke(0));
        plot = new XYPlot(null, new MarkAxis(new LinkedHashMap<>()), time, renderer);
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        chart = new JFreeChart(null, null, plot, false);
        dress(theme);
    }

    @Override
    public JFreeChart chart() {
        return chart;
    }

    /// Shows these operators, the longest on top.
    public void show(List<Bar> bars) {
        shown = bars.stream().sorted((a, b) -> Double.compare(b.us().value(), a.us().value())).toList();
        chart.setNotify(false);
        byBound.clear();
        SequencedMap<Double, String> marks = new LinkedHashMap<>();
        SequencedMap<String, XYIntervalSeries> series = new LinkedHashMap<>();
        for (int i = 0; i < shown.size(); i++) {
            Bar bar = shown.get(i);
            marks.put((double) i, cut(bar.label()));
            byBound.computeIfAbsent(bar.bound(), _ -> new ArrayList<>()).add(bar);
            series.computeIfAbsent(bar.bound(), XYIntervalSeries::new).add(i, i - HALF, i + HALF, bar.us().value(),
                    bar.us().low(), bar.us().high());
        }
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        series.values().forEach(data::addSeries);
        MarkAxis names = new MarkAxis(marks);
        names.setInverted(true);
        plot.setDomainAxis(names);
        plot.setDataset(data);
        reset();
        dress(theme);
        chart.setNotify(true);
    }

    @Override
    public void dress(ChartTheme wanted) {
        theme = wanted;
        theme.apply(chart);
        plot.setDomainGridlinesVisible(false);
        int i = 0;
        for (String bound : byBound.sequencedKeySet()) {
            renderer.setSeriesPaint(i++, Palette.of(bound, theme));
        }
    }

    @Override
    public void reset() {
        plot.getDomainAxis().setRange(-0.5 - HALF / 2, Math.max(1, shown.size()) - 0.5 + HALF / 2);
        plot.getRangeAxis().setAutoRange(true);
    }

    /// The end of a name tells more than its beginning.
    private static String cut(String name) {
        return name.length() <= LABEL ? name : "…" + name.substring(name.length() - LABEL + 1);
    }

    @Override
    public void zoom(double factor) {
        plot.getRangeAxis().resizeRange(factor);
    }

    @Override
    public void pan(double share) {
        plot.getRangeAxis().pan(share);
    }

    /// The bar of the row under the mouse, whether the mouse is on the bar or beside it.
    @Override
    public Optional<Tip> near(double x, double y, Rectangle2D area) {
        int row = (int) Math.rint(plot.getDomainAxis().java2DToValue(y, area, RectangleEdge.LEFT));
        if (row < 0 || row >= shown.size() || !area.contains(x, y)) {
            return Optional.empty();
        }
        Bar bar = shown.get(row);
        return Optional.of(new Tip(plot.getRangeAxis().valueToJava2D(bar.us().value(), area, RectangleEdge.BOTTOM),
                plot.getDomainAxis().valueToJava2D(row, area, RectangleEdge.LEFT), bar.label() + ": " + bar.detail()));
    }

    /// Bars are named beside them, and what holds operators back in a legend.
    @Override
    public boolean hasRoomForNames(double height) {
        return false;
    }

    @Override
    public String tsv() {
        StringBuilder text = new StringBuilder("operator\tbound\tus\tlow\thigh\n");
        shown.forEach(b -> text.append(b.label()).append('\t').append(b.bound()).append('\t').append(b.us().value())
                .append('\t').append(b.us().low()).append('\t').append(b.us().high()).append('\n'));
        return text.toString();
    }
}
