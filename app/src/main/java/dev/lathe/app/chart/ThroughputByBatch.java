package dev.lathe.app.chart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.data.Range;

/// Samples a second over the batch size (doubling at equal steps), with intervals as whiskers; the axis begins at zero.
public final class ThroughputByBatch extends LineChart {
    private static final int LARGEST = 10;
    private static final double ROOM = 0.3;
    private static final double USUAL = 4;
    private List<Whiskers> shown = List.of();
    private double last = USUAL;
    private String column = "batch";

    /// An empty chart.
    public ThroughputByBatch() {
        super(new MarkAxis(marks()), zeroBased(), true);
        fix(plot().getDomainAxis(), new Range(-ROOM, USUAL + ROOM));
    }

    /// Says what the columns are where they are no batch sizes: `clients`.
    public void columns(String words) {
        column = words;
    }

    private static NumberAxis zeroBased() {
        NumberAxis axis = new NumberAxis();
        axis.setAutoRangeIncludesZero(true);
        return axis;
    }

    private static SequencedMap<Double, String> marks() {
        SequencedMap<Double, String> marks = new LinkedHashMap<>();
        for (int i = 0; i <= LARGEST; i++) {
            marks.put((double) i, Integer.toString(1 << i));
        }
        return marks;
    }

    /// Where a batch size lies on the axis.
    public static double place(int batch) {
        return Math.log(batch) / Math.log(2);
    }

    /// Shows these lines.
    public void show(List<Whiskers> lines) {
        shown = List.copyOf(lines);
        double most = lines.stream().flatMap(l -> l.points().stream()).mapToDouble(p -> p.x().value()).max().orElse(0);
        double wanted = Math.max(USUAL, most);
        if (wanted != last) {
            last = wanted;
            fix(plot().getDomainAxis(), new Range(-ROOM, last + ROOM));
        }
        whiskers(shown, false);
    }

    @Override
    String words(int series, int item) {
        Whiskers.Point point = shown.get(series).points().get(item);
        Whiskers.Range rate = point.y();
        String interval = rate.low() < rate.high()
                ? String.format(Locale.ROOT, " [%.0f, %.0f]", rate.low(), rate.high())
                : "";
        return String.format(Locale.ROOT, "%.0f items/s%s at %s %d%s", rate.value(), interval, column,
                Math.round(Math.pow(2, point.x().value())), n(point.n()));
    }

    @Override
    public String tsv() {
        StringBuilder text = new StringBuilder("series\t" + column + "\tperSecond\tlow\thigh\n");
        shown.forEach(s -> s.points().forEach(p -> text.append(s.name()).append('\t')
                .append(Math.round(Math.pow(2, p.x().value()))).append('\t').append(p.y().value()).append('\t')
                .append(p.y().low()).append('\t').append(p.y().high()).append('\n')));
        return text.toString();
    }
}
