package dev.lathe.app.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.ui.TextAnchor;

/// Achieved GFLOP/s of operators against their operations a byte, both logarithmic, under this machine's ceilings: the
/// nearer to a line, the better the machine is used. Operators without arithmetic have no place in it.
public final class OperatorRoofline extends LineChart {
    /// Room on both sides of what is shown, as a factor.
    private static final double ROOM = 2;

    private List<Dot> shown = List.of();
    private List<Roof> roofs = List.of();
    private SequencedMap<String, List<Dot>> byBound = new LinkedHashMap<>();

    /// An operator in the plane.
    ///
    /// @param label its name
    /// @param bound what holds it back, in words: gives the hue
    /// @param operationsPerByte of its work
    /// @param gflops achieved
    /// @param detail what the hover text says after its name
    public record Dot(String label, String bound, double operationsPerByte, double gflops, String detail) {}

    /// An empty chart.
    public OperatorRoofline() {
        super(new DecadeAxis(), new DecadeAxis(), false);
        plot().getDomainAxis().setLabel("operations / byte");
        plot().getRangeAxis().setLabel("GFLOP/s");
    }

    /// Shows these operators under these ceilings; what cannot stand on a logarithmic axis is left out.
    public void show(List<Dot> dots, List<Roof> ceilings) {
        shown = dots.stream().filter(d -> d.operationsPerByte() > 0 && d.gflops() > 0).toList();
        roofs = ceilings.stream().filter(r -> r.value() > 0).toList();
        change(this::draw);
    }

    private void draw() {
        byBound = new LinkedHashMap<>();
        shown.forEach(d -> byBound.computeIfAbsent(d.bound(), _ -> new ArrayList<>()).add(d));
        List<Points> series = new ArrayList<>(lines());
        int first = series.size();
        byBound.forEach((bound, dots) -> series.add(new Points(bound,
                dots.stream().mapToDouble(Dot::operationsPerByte).toArray(),
                dots.stream().mapToDouble(Dot::gflops).toArray())));
        for (int i = 0; i < series.size(); i++) {
            renderer().setSeriesLinesVisible(i, i < first);
            renderer().setSeriesShapesVisible(i, i >= first);
        }
        lines(series);
        plot().clearAnnotations();
        series.subList(0, first).forEach(this::name);
    }

    private double left() {
        double dots = shown.stream().mapToDouble(Dot::operationsPerByte).min().orElse(1);
        return Math.min(dots, ridge(false)) / ROOM;
    }

    private double right() {
        double dots = shown.stream().mapToDouble(Dot::operationsPerByte).max().orElse(1);
        return Math.max(dots, ridge(true)) * ROOM;
    }

    /// Where bandwidth and arithmetic meet: the last, or the first, of all pairs of ceilings.
    private double ridge(boolean last) {
        double high = peak(false) / Math.max(Double.MIN_NORMAL, lowest(true));
        double low = lowest(false) / Math.max(Double.MIN_NORMAL, peak(true));
        return roofs.size() < 2 ? 1 : last ? high : low;
    }

    private double peak(boolean bandwidth) {
        return roofs.stream().filter(r -> r.bandwidth() == bandwidth).mapToDouble(Roof::value).max().orElse(1);
    }

    private double lowest(boolean bandwidth) {
        return roofs.stream().filter(r -> r.bandwidth() == bandwidth).mapToDouble(Roof::value).min().orElse(1);
    }

    /// Each ceiling up to where the highest of the other kind cuts it off.
    private List<Points> lines() {
        List<Points> lines = new ArrayList<>();
        for (Roof roof : roofs) {
            double ridge = roof.bandwidth() ? peak(false) / roof.value() : roof.value() / peak(true);
            double from = roof.bandwidth() ? left() : ridge;
            double to = roof.bandwidth() ? ridge : right();
            lines.add(new Points(Roof.NAME + roof.words(), new double[]{from, to},
                    roof.bandwidth()
                            ? new double[]{from * roof.value(), roof.value() * to}
                            : new double[]{roof.value(),
                                roof.value()}));
        }
        return lines;
    }

    private void name(Points line) {
        boolean level = line.y()[0] == line.y()[1];
        XYTextAnnotation label = new XYTextAnnotation((level ? "" : "    ") + line.name().substring(Roof.NAME.length()),
                level ? line.x()[1] : line.x()[0], level ? line.y()[1] : line.y()[0]);
        // beside a rising line there is room under it
        label.setTextAnchor(level ? TextAnchor.BOTTOM_RIGHT : TextAnchor.CENTER_LEFT);
        label.setFont(ChartTheme.font());
        label.setPaint(theme().text());
        plot().addAnnotation(label);
    }

    /// Ceilings are named on their lines, and what holds operators back in a legend.
    @Override
    boolean namesAtEnds() {
        return false;
    }

    @Override
    String words(int series, int item) {
        String name = String.valueOf(plot().getDataset().getSeriesKey(series));
        List<Dot> dots = byBound.get(name);
        return dots == null || item >= dots.size()
                ? String.format(Locale.ROOT, "%.3g GFLOP/s at %.3g operations a byte",
                        plot().getDataset().getYValue(series, item), plot().getDataset().getXValue(series, item))
                : dots.get(item).label() + ", " + dots.get(item).detail();
    }

    @Override
    public String tsv() {
        StringBuilder text = new StringBuilder("operator\tbound\toperationsPerByte\tGFLOP/s\n");
        shown.forEach(d -> text.append(d.label()).append('\t').append(d.bound()).append('\t')
                .append(d.operationsPerByte()).append('\t').append(d.gflops()).append('\n'));
        for (Map.Entry<String, Double> roof : heights().entrySet()) {
            text.append(roof.getKey()).append("\tceiling\t\t").append(roof.getValue()).append('\n');
        }
        return text.toString();
    }

    private SequencedMap<String, Double> heights() {
        SequencedMap<String, Double> heights = new LinkedHashMap<>();
        roofs.forEach(r -> heights.put(r.words(), r.value()));
        return heights;
    }
}
