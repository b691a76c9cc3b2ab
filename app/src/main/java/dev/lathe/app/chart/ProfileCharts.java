package dev.lathe.app.chart;

import dev.lathe.base.Reading;
import dev.lathe.profile.operators.Ceilings;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.OperatorTime;
import dev.lathe.profile.operators.OperatorTotal;
import dev.lathe.profile.stats.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What [OperatorBars] and [OperatorRoofline] show of a profile.
public final class ProfileCharts {
    private static final double GIGA = 1e9;
    private static final double MICRO = 1e3;

    private ProfileCharts() {}

    /// The longest nodes as bars, at most so many.
    public static List<OperatorBars.Bar> nodeBars(OperatorProfile profile, int most) {
        return profile.nodes().stream()
                .sorted(Comparator.comparingDouble((OperatorTime n) -> n.perQuery().value()).reversed()).limit(most)
                .map(n -> new OperatorBars.Bar(n.identity().label(), n.judgement().bound().words(),
                        micro(n.perQuery()), detail(profile, n)))
                .toList();
    }

    /// The longest operator types as bars, at most so many.
    public static List<OperatorBars.Bar> operatorBars(OperatorProfile profile, int most) {
        return profile.operators().stream().limit(most)
                .map(o -> new OperatorBars.Bar(o.operator(), o.bound().words(), micro(o.perQuery()), detail(o)))
                .toList();
    }

    private static Whiskers.Range micro(Estimate ns) {
        return new Whiskers.Range(ns.value() / MICRO, ns.interval().low() / MICRO, ns.interval().high() / MICRO);
    }

    private static String detail(OperatorTotal total) {
        return String.format(Locale.ROOT, "%s, %.1f %% of the nodes' time, %d nodes, mostly %s", time(total.perQuery()),
                100 * total.shareOfNodes(), total.nodes(), total.bound().words());
    }

    private static String detail(OperatorProfile profile, OperatorTime node) {
        List<String> parts = new ArrayList<>();
        parts.add(node.identity().operator());
        parts.add(String.format(Locale.ROOT, "%s, %.1f %% of the nodes' time", time(node.perQuery()),
                100 * profile.share(node)));
        known(node.judgement().operationsPerS()).filter(v -> v > 0)
                .ifPresent(v -> parts.add(String.format(Locale.ROOT, "%.3g GFLOP/s", v / GIGA)));
        known(node.judgement().bytesPerS())
                .ifPresent(v -> parts.add(String.format(Locale.ROOT, "%.3g GB/s", v / GIGA)));
        parts.add(node.judgement().bound().words() + known(node.judgement().share())
                .map(s -> String.format(Locale.ROOT, " at %.0f %% of its ceiling", 100 * s)).orElse(""));
        return String.join(", ", parts);
    }

    private static String time(Estimate ns) {
        return String.format(Locale.ROOT, "%.1f µs [%.1f, %.1f]", ns.value() / MICRO, ns.interval().low() / MICRO,
                ns.interval().high() / MICRO);
    }

    private static Optional<Double> known(Reading<Estimate> reading) {
        return reading.toOptional().map(Estimate::value);
    }

    /// The nodes that have arithmetic, for a roofline.
    public static List<OperatorRoofline.Dot> dots(OperatorProfile profile) {
        List<OperatorRoofline.Dot> dots = new ArrayList<>();
        for (OperatorTime node : profile.nodes()) {
            Optional<Double> operations = node.work().operations().toOptional().filter(o -> o > 0);
            Optional<Double> bytes = node.work().bytes().toOptional().filter(b -> b > 0);
            Optional<Double> rate = known(node.judgement().operationsPerS());
            if (operations.isPresent() && bytes.isPresent() && rate.isPresent()) {
                dots.add(new OperatorRoofline.Dot(node.identity().label(), node.judgement().bound().words(),
                        operations.get() / bytes.get(), rate.get() / GIGA, detail(profile, node)));
            }
        }
        return dots;
    }

    /// The machine's ceilings for a roofline: both kinds of arithmetic, the memory, and the fastest cache.
    public static List<Roof> roofs(Reading<Ceilings> ceilings) {
        if (!(ceilings instanceof Reading.Known<Ceilings>(var known, _))) {
            return List.of();
        }
        List<Roof> roofs = new ArrayList<>();
        known(known.float32()).ifPresent(v -> roofs.add(new Roof(words("float32", v, "GFLOP/s"), v / GIGA, false)));
        known(known.int8()).ifPresent(v -> roofs.add(new Roof(words("int8", v, "GOP/s"), v / GIGA, false)));
        double memory = known.memory().getLast().bytesPerS().value();
        double cache = known.bandwidth(0).bytesPerS().value();
        roofs.add(new Roof(words("memory", memory, "GB/s"), memory / GIGA, true));
        if (cache > memory) {
            roofs.add(new Roof(words("cache", cache, "GB/s"), cache / GIGA, true));
        }
        return roofs;
    }

    private static String words(String what, double value, String unit) {
        return String.format(Locale.ROOT, "%s %.0f %s", what, value / GIGA, unit);
    }
}
