package dev.lathe.app.chart;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jfree.chart.axis.NumberAxis;

/// Median latency in milliseconds against the score, one point a variant; those that another beats are
/// hollow.
public final class LatencyAgainstScore extends LineChart {
    private static final double ROOM = 0.12;
    private List<Candidate> shown = List.of();

    /// A variant in the plane.
    ///
    /// @param latencyMs its median latency
    /// @param score its score
    /// @param drop what it lost against the original; smaller is better whatever the metric
    /// @param queries how many the median rests on; 0 where that is not said
    /// @param samples how many the score rests on; 0 where that is not said
    public record Candidate(String name, Whiskers.Range latencyMs, Whiskers.Range score, double drop, int queries,
            int samples) {}

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
        redraw();
    }

    private void redraw() {
        Set<String> dominated = dominated(shown);
        change(() -> {
            for (int i = 0; i < shown.size(); i++) {
                renderer().setSeriesFillPaint(i, dominated.contains(shown.get(i).name())
                        ? theme().background()
                        : Palette.of(shown.get(i).name(), theme()));
            }
            whiskers(shown.stream()
                    .map(c -> new Whiskers(c.name(), List.of(new Whiskers.Point(c.latencyMs(), c.score())))).toList(),
                    true);
        });
    }

    @Override
    String words(int series, int item) {
        Candidate one = shown.get(series);
        return String.format(Locale.ROOT, "%.4f ms [%.4f, %.4f]%s; score %.4f [%.4f, %.4f]%s%s",
                one.latencyMs().value(),
                one.latencyMs().low(), one.latencyMs().high(), n(one.queries()), one.score().value(), one.score().low(),
                one.score().high(), n(one.samples()),
                dominated(shown).contains(one.name()) ? "; beaten: another is faster and loses no more" : "");
    }

    @Override
    public String tsv() {
        StringBuilder text = new StringBuilder("variant\tms\tscore\n");
        shown.forEach(c -> text.append(c.name()).append('\t').append(c.latencyMs().value()).append('\t')
                .append(c.score().value()).append('\n'));
        return text.toString();
    }
}
