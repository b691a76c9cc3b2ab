package dev.lathe.app.chart;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.ui.TextAnchor;

/// Median latency in milliseconds against the score, one point a variant; those that another beats in both are hollow.
public final class LatencyAgainstScore extends LineChart {
    private static final double ROOM = 0.12;
    private List<Candidate> shown = List.of();

    /// A variant in the plane.
    ///
    /// @param latencyMs its median latency
    /// @param score its score
    /// @param drop what it lost against the original; smaller is better whatever the metric
    public record Candidate(String name, Whiskers.Range latencyMs, Whiskers.Range score, double drop) {}

    /// An empty chart.
    public LatencyAgainstScore() {
        super(axis("median latency, ms"), axis(null), true);
        renderer().setDefaultLinesVisible(false);
        renderer().setUseFillPaint(true);
    }

    // JFreeChart takes null for no label
    @SuppressWarnings("NullAway")
    private static NumberAxis axis(@org.jspecify.annotations.Nullable String label) {
        NumberAxis axis = new NumberAxis(label);
        axis.setAutoRangeIncludesZero(false);
        axis.setLowerMargin(ROOM);
        axis.setUpperMargin(ROOM);
        return axis;
    }

    /// Those to whom another is at least equal in both and better in one.
    public static Set<String> dominated(List<Candidate> candidates) {
        return candidates.stream().filter(c -> candidates.stream().anyMatch(o -> beats(o, c))).map(Candidate::name)
                .collect(Collectors.toSet());
    }

    private static boolean beats(Candidate one, Candidate other) {
        double fasterMs = other.latencyMs().value() - one.latencyMs().value();
        double better = other.drop() - one.drop();
        return fasterMs >= 0 && better >= 0 && (fasterMs > 0 || better > 0);
    }

    /// Shows these points.
    public void show(List<Candidate> candidates) {
        shown = List.copyOf(candidates);
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
        candidates.forEach(c -> plot().addAnnotation(label(c)));
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
