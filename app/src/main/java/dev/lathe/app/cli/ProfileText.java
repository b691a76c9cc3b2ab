package dev.lathe.app.cli;

import dev.lathe.base.Reading;
import dev.lathe.profile.operators.Ceilings;
import dev.lathe.profile.operators.Judgement;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.OperatorTime;
import dev.lathe.profile.operators.OperatorTotal;
import dev.lathe.profile.operators.ProfileComparison;
import dev.lathe.profile.stats.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// A profile as text: where the time goes, what holds it back, what that is held against.
final class ProfileText {
    private static final String NONE = "-";
    private static final int LABEL = 48;
    private static final int GAINED = 10;

    private ProfileText() {}

    static String of(OperatorProfile profile, boolean nodes, boolean operators, int top) {
        List<String> parts = new ArrayList<>();
        if (operators) {
            parts.add(operators(profile, top));
        }
        if (nodes) {
            parts.add(nodes(profile, top));
        }
        parts.add(basis(profile));
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }

    private static String operators(OperatorProfile profile, int top) {
        Table table = new Table("operator", ">nodes", ">time / query", ">share", ">MACs", "mostly");
        profile.operators().stream().limit(top).forEach(o -> table.row(o.operator(), Integer.toString(o.nodes()),
                Texts.duration(o.perQuery()), percent(o.shareOfNodes()), macs(o.macs()), o.bound().words()));
        return table + more(profile.operators().size(), top, "operators",
                profile.operators().stream().skip(top).mapToDouble(OperatorTotal::shareOfNodes).sum());
    }

    private static String nodes(OperatorProfile profile, int top) {
        Table table = new Table("node", "operator", ">time / query", ">share", ">GFLOP/s", ">GB/s", ">of ceiling",
                "held back by");
        List<OperatorTime> sorted = profile.nodes().stream()
                .sorted(Comparator.comparingDouble((OperatorTime n) -> n.perQuery().value()).reversed()).toList();
        sorted.stream().limit(top).forEach(n -> table.row(cut(n.identity().label()), n.identity().operator(),
                Texts.duration(n.perQuery()), percent(profile.share(n)),
                giga(n.judgement().operationsPerS()), giga(n.judgement().bytesPerS()),
                n.judgement().share().toOptional().map(s -> percent(s.value())).orElse(NONE), words(n)));
        return table + more(sorted.size(), top, "nodes",
                sorted.stream().skip(top).mapToDouble(profile::share).sum());
    }

    private static String words(OperatorTime node) {
        String fallback = "";
        if (node.judgement().bound() == Judgement.Bound.UNKNOWN
                && node.judgement().share() instanceof Reading.Unknown<Estimate>(var why)) {
            fallback = ": " + why;
        }
        return node.judgement().bound().words() + fallback;
    }

    private static String more(int all, int top, String what, double share) {
        return all > top
                ? System.lineSeparator() + "and " + (all - top) + " more " + what + " with " + percent(share)
                        + " of the time (--top " + all + " shows all)"
                : "";
    }

    private static String basis(OperatorProfile profile) {
        OperatorProfile.Times times = profile.times();
        List<String> lines = new ArrayList<>();
        lines.add("query    " + Texts.duration(times.session()) + " with profiling on, "
                + switch (times.plain()) {
                    case Reading.Known<Estimate>(var plain, _) -> Texts.duration(plain) + " without";
                    case Reading.Unknown<Estimate>(var why) -> "without: " + why;
                } + "; n = " + times.session().n());
        lines.add("nodes    " + Texts.duration(times.nodes()) + " in one run, " + Texts.duration(profile.nodesNs())
                + " as sum of their medians; " + macs(profile.macs()) + " multiply-accumulates");
        lines.add("overhead " + Texts.duration(times.overhead())
                + (profile.origin().session().target().isCpu()
                        ? " between nodes: the runtime's own work, and noting times"
                        : " outside the times of nodes: the runtime's own work, and that of a device which works while"
                                + " the processor goes on, whose nodes take only as long as handing work over"));
        lines.add("placed   " + profile.placement().words());
        lines.add(switch (profile.ceilings()) {
            case Reading.Known<Ceilings>(var ceilings, _) -> ceilings(ceilings);
            case Reading.Unknown<Ceilings>(var why) -> "ceilings " + why;
        });
        lines.add("profiled " + profile.origin().model() + " on " + profile.origin().runtime() + ", "
                + profile.origin().session().intraOpThreads()
                + (profile.origin().session().intraOpThreads() == 1 ? " thread, " : " threads, ")
                + profile.origin().data() + "; intervals are 95 %");
        profile.caveats().forEach(c -> lines.add("caveat   " + c.sentence()));
        return String.join(System.lineSeparator(), lines);
    }

    private static String ceilings(Ceilings ceilings) {
        List<String> parts = new ArrayList<>();
        parts.add("float32 " + ceiling(ceilings.float32(), "GFLOP/s"));
        parts.add("int8 " + ceiling(ceilings.int8(), "GOP/s"));
        ceilings.memory().forEach(b -> parts.add(Texts.bytes(b.workingSetBytes()) + " "
                + Texts.significant(b.bytesPerS().value() / 1e9, 3) + " GB/s"));
        return "ceilings " + String.join(", ", parts);
    }

    private static String ceiling(Reading<Estimate> reading, String unit) {
        return switch (reading) {
            case Reading.Known<Estimate>(var e, _) -> Texts.significant(e.value() / 1e9, 3) + " ["
                    + Texts.significant(e.interval().low() / 1e9, 3) + ", "
                    + Texts.significant(e.interval().high() / 1e9, 3) + "] " + unit;
            case Reading.Unknown<Estimate>(var why) -> why;
        };
    }

    static String of(ProfileComparison comparison, OperatorProfile base, OperatorProfile other) {
        List<String> parts = new ArrayList<>();
        parts.add(comparison.other() + " against " + comparison.base() + ": nodes take "
                + Texts.duration(other.nodesNs()) + " in place of " + Texts.duration(base.nodesNs())
                + " (sums of medians)");
        parts.add(pairs("gained", comparison.gained(GAINED)));
        parts.add(pairs("lost", comparison.lost(GAINED)));
        parts.add(alone("only in " + comparison.base(), comparison.onlyBefore()));
        parts.add(alone("only in " + comparison.other(), comparison.onlyAfter()));
        parts.removeIf(String::isEmpty);
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }

    static String pairs(String what, List<ProfileComparison.Pair> pairs) {
        if (pairs.isEmpty()) {
            return "";
        }
        Table table = new Table(what, ">before", ">after", ">by", "operator");
        for (ProfileComparison.Pair pair : pairs) {
            table.row(cut(pair.label()), Texts.duration(pair.before().value()), Texts.duration(pair.after().value()),
                    pair.isShown() ? Texts.duration(Math.abs(pair.gainNs())) : "not shown",
                    pair.operatorBefore().equals(pair.operatorAfter())
                            ? pair.operatorBefore()
                            : pair.operatorBefore() + " -> " + pair.operatorAfter());
        }
        return table.toString();
    }

    static String alone(String what, List<OperatorTime> times) {
        if (times.isEmpty()) {
            return "";
        }
        Table table = new Table(what, ">time / query", "operator");
        times.stream().limit(GAINED).forEach(t -> table.row(cut(t.identity().label()),
                Texts.duration(t.perQuery().value()), t.identity().operator()));
        int rest = times.size() - GAINED;
        return table + (rest > 0 ? System.lineSeparator() + "and " + rest + " more" : "");
    }

    private static String macs(Reading<Double> macs) {
        return switch (macs) {
            case Reading.Known<Double>(Double value, _) -> value == 0 ? NONE : scaled(value);
            case Reading.Unknown<Double> _ -> "unknown";
        };
    }

    private static String scaled(double value) {
        return value >= 1e9
                ? Texts.significant(value / 1e9, 3) + " G"
                : value >= 1e6 ? Texts.significant(value / 1e6, 3) + " M" : Texts.significant(value / 1e3, 3) + " k";
    }

    private static String giga(Reading<Estimate> reading) {
        return reading.toOptional().filter(e -> e.value() > 0).map(e -> Texts.significant(e.value() / 1e9, 3))
                .orElse(NONE);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /// The end of a name tells more than its beginning.
    private static String cut(String name) {
        return name.length() <= LABEL ? name : "…" + name.substring(name.length() - LABEL + 1);
    }
}
