package dev.lathe.app.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.data.Range;

/// What the outputs suffer over the part of a group that is cut, a line a group, both in percent; the damage on a logarithmic
/// axis. One group stands out, the others are grey; where its ratio stands is dashed.
public final class DamageByCut extends LineChart {
    private static final Color DAMAGE = new Color(0xD55E00);
    private static final int FAINT = 140;
    private static final float WIDE = 2.5f;
    private static final double MARK_EVERY = 20;
    private static final double ALL = 100;
    /// Below this nothing is told apart, and a logarithm has no zero.
    private static final double LEAST = 1e-4;

    private List<Points> shown = List.of();
    private Optional<String> chosen = Optional.empty();

    /// An empty chart.
    public DamageByCut() {
        super(new MarkAxis(marks()), new DecadeAxis(), false);
        fix(plot().getDomainAxis(), new Range(0, ALL));
    }

    private static SequencedMap<Double, String> marks() {
        SequencedMap<Double, String> marks = new LinkedHashMap<>();
        for (double at = 0; at <= ALL; at += MARK_EVERY) {
            marks.put(at, String.format(Locale.ROOT, "%.0f %%", at));
        }
        return marks;
    }

    /// Shows these curves.
    ///
    /// @param curves damage over the part that is cut, both in percent; nothing cut, which does none, may be left out
    /// @param standingOut the group that is chosen
    /// @param ratio of that group, in percent
    public void show(List<Points> curves, Optional<String> standingOut, OptionalDouble ratio) {
        chosen = standingOut;
        List<Points> ordered = new ArrayList<>();
        // the first is drawn last, over the others
        curves.stream().filter(c -> isChosen(c.name())).forEach(ordered::add);
        curves.stream().filter(c -> !isChosen(c.name())).forEach(ordered::add);
        shown = List.copyOf(ordered);
        change(() -> {
            lines(shown.stream().map(DamageByCut::floored).toList());
            for (int i = 0; i < shown.size(); i++) {
                renderer().setSeriesShapesVisible(i, isChosen(shown.get(i).name()));
            }
            plot().clearDomainMarkers();
            ratio.ifPresent(at -> plot().addDomainMarker(new ValueMarker(at, DAMAGE, new BasicStroke(1,
                    BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[]{4, 4}, 0))));
        });
    }

    private boolean isChosen(String name) {
        return chosen.filter(name::equals).isPresent();
    }

    private static Points floored(Points curve) {
        double[] y = curve.y().clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.max(LEAST, y[i]);
        }
        return new Points(curve.name(), curve.x(), y, curve.n());
    }

    @Override
    Color hue(String name) {
        Color grey = theme().neutral();
        return isChosen(name) ? DAMAGE : new Color(grey.getRed(), grey.getGreen(), grey.getBlue(), FAINT);
    }

    @Override
    float width(String name) {
        return isChosen(name) ? WIDE : super.width(name);
    }

    /// Many groups have no room for names; the pane names the one that stands out.
    @Override
    boolean namesAtEnds() {
        return false;
    }

    @Override
    String words(int series, int item) {
        Points line = Objects.requireNonNull(shown.get(series));
        return String.format(Locale.ROOT, "%.3g %% of what the outputs vary by with %.0f %% cut%s", line.y()[item],
                line.x()[item], n(line.n()));
    }

    /// The group whose curve is closest to a place of the drawing, if one is close.
    ///
    /// @param area the part of the drawing between the axes
    public Optional<String> group(double x, double y, Rectangle2D area) {
        return near(x, y, area).flatMap(tip -> shown.stream().map(Points::name)
                .filter(name -> tip.words().startsWith(name + ": ")).findFirst());
    }

    @Override
    public String tsv() {
        return Points.tsv(shown, "cutPercent", "damagePercent");
    }
}
