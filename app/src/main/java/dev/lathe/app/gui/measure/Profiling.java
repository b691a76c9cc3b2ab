package dev.lathe.app.gui.measure;

import dev.lathe.app.chart.OperatorBars;
import dev.lathe.app.chart.OperatorRoofline;
import dev.lathe.app.chart.ProfileCharts;
import dev.lathe.app.chart.Roof;
import dev.lathe.profile.operators.OperatorProfile;
import java.util.List;
import java.util.Optional;

/// What the operators of a model take, as charts show it.
public final class Profiling {
    private static final int MOST_BARS = 14;

    private Optional<OperatorProfile> profile = Optional.empty();

    void clear() {
        profile = Optional.empty();
    }

    void show(OperatorProfile latest) {
        profile = Optional.of(latest);
    }

    /// The longest operators, as bars.
    public List<OperatorBars.Bar> bars() {
        return profile.map(p -> ProfileCharts.operatorBars(p, MOST_BARS)).orElse(List.of());
    }

    /// The operators, for a roofline.
    public List<OperatorRoofline.Dot> dots() {
        return profile.map(ProfileCharts::dots).orElse(List.of());
    }

    /// The machine's ceilings, as far as they are known.
    public List<Roof> roofs() {
        return profile.map(p -> ProfileCharts.roofs(p.ceilings())).orElse(List.of());
    }
}
