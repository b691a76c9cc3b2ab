package dev.lathe.app.chart;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.ui.TextAnchor;

/// Median latency in milliseconds against the score, one point a variant; those that another beats are
/// hollow.
public final class LatencyAgainstScore extends LineChart {
    private static final double ROOM = 0.12;
    /// Room of a label, as shares of the plane.
    private static final double LABEL_WIDTH = 0.3;
    private static final double LABEL_HEIGHT = 0.2;
    private List<Candidate> shown = List.of();

    /// A variant in the plane.
    ///
    /// @param latencyMs its median latency
    /// @param score its score
    /// @param drop what it lost against the original; smaller is better whatever the metric
    public record Candidate(String name, Whiskers.Range latencyMs, Whiskers.Range score, double drop) {}

    /// An empty chart.
    public LatencyAgainstScore() {
        super(axis(), axis(), true);
        renderer().setDefaultLinesVisible(false);
        renderer().setUseFillPaint(true);
    }

    private static NumberAxis axis() {
        NumberAxis axis = new NumberAxis();
        axis.setAutoRangeIncludesZero(false);
        axis.setLowerMargin(ROOM);
        axis.setUpperMargin(ROOM);
        return axis;
    }

    /// Those to whom another is shown to be faster, the intervals lying apart, and loses no more.
    public static Set<String> dominated(List<Candidate> candidates) {
        return candidates.stream().filter(c -> candidates.stream().anyMatch(o -> beats(o, c))).map(Candidate::name)
                .collect(Collectors.toSet());
    }

    private static boolean beats(Candidate one, Candidate other) {
        return one.latencyMs().high() < other.latencyMs().low() && one.drop() <= other.drop();
    }

    /// Shows these points.
    public void show(List<Candidate> candidates) {
        shown = List.copyOf(candidates);
        change(this::draw);
    }

    private void draw() {
        List<Candidate> candidates = shown;
        Set<String> dominated = new HashSet<>(dominated(candidates));
        plot().clearAnnotations();
        for (int i = 0; i < candidates.size(); i++) {
            Candidate one = candidates.get(i);
            renderer().setSeriesFillPaint(i,
                    dominated.contains(one.name()) ? theme().background() : Palette.of(one.name(), theme()));
        }
        whiskers(candidates.stream()
                .map(c -> new Whiskers(c.name(), List.of(new Whiskers.Point(c.latencyMs(), c.score())))).toList(),
                true);
        candidates.stream().filter(c -> isAlone(c, candidates)).forEach(c -> plot().addAnnotation(label(c)));
    }

    /// Whether no other point would run into its label.
    static boolean isAlone(Candidate one, List<Candidate> all) {
        double width = spread(all.stream().mapToDouble(c -> c.latencyMs().value()).toArray());
        double height = spread(all.stream().flatMapToDouble(
                c -> DoubleStream.of(c.score().low(), c.score().high())).toArray());
        return all.stream().filter(o -> !o.equals(one))
                .noneMatch(o -> Math.abs(o.latencyMs().value() - one.latencyMs().value()) <= LABEL_WIDTH * width
                        && Math.abs(o.score().value() - one.score().value()) <= LABEL_HEIGHT * height);
    }

    private static double spread(double[] values) {
        return DoubleStream.of(values).max().orElse(0)
                - DoubleStream.of(values).min().orElse(0);
    }

    private XYTextAnnotation label(Candidate candidate) {
        XYTextAnnotation label = new XYTextAnnotation("  " + candidate.name(), candidate.latencyMs().value(),
                candidate.score().value());
        label.setTextAnchor(TextAnchor.BOTTOM_LEFT);
        label.setFont(ChartTheme.font());
        label.setPaint(theme().text());
        return label;
    }

    @Override
    String words(double x, double y) {
        return String.format(Locale.ROOT, "score %.4f at %.3f ms", y, x);
    }

    @Override
    public String tsv() {
        StringBuilder text = new StringBuilder("variant\tms\tscore\n");
        shown.forEach(c -> text.append(c.name()).append('\t').append(c.latencyMs().value()).append('\t')
                .append(c.score().value()).append('\n'));
        return text.toString();
    }
}
