package dev.lathe.app.cli;

import dev.lathe.app.engine.PruningDamage;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.optimize.prune.DamageCurve;
import dev.lathe.optimize.search.Sensitivities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What the outputs and the score suffer when channels of one group alone are silent: a row for each number that was measured.
final class DamageText {
    private DamageText() {}

    static String of(PruningDamage damage, Sensitivities.Order order) {
        Optional<PruningDamage.Scored> scored = damage.scored();
        List<String> columns = new ArrayList<>(List.of("channels of", ">width", ">cut", ">damage"));
        scored.ifPresent(s -> columns.add(">" + s.metric() + " lost" + (s.inPoints() ? " (points)" : "")));
        Table rows = new Table(columns.toArray(String[]::new));
        for (DamageCurve curve : sorted(damage, order)) {
            boolean first = true;
            for (int cut : curve.damage().tailMap(1).keySet()) {
                List<String> cells = new ArrayList<>(List.of(first ? curve.group() : "",
                        first ? Integer.toString(curve.width()) : "",
                        String.format(Locale.ROOT, "%d (%.0f %%)", cut, 100.0 * cut / curve.width()),
                        String.format(Locale.ROOT, "%.2e", curve.at(cut))));
                scored.ifPresent(_ -> cells.add(lost(Optional.ofNullable(curve.lost().get(cut)))));
                rows.row(cells.toArray(String[]::new));
                first = false;
            }
        }
        return rows + System.lineSeparator() + System.lineSeparator()
                + String.format(Locale.ROOT,
                        "judged   each group silenced alone, where the layers that read it have made up for it as far as its"
                                + " ranking tells, before the fit layer by layer;"
                                + " damage is squared error of the outputs, of what they vary by, on %d calibration samples"
                                + (damage.heldBack()
                                        ? " that nothing was learned on"
                                        : ", which also ranked the channels, so it flatters: give more samples"),
                        damage.samples())
                + scored.map(s -> System.lineSeparator() + String.format(Locale.ROOT,
                        "scored   on %d such samples%s", s.n(),
                        s.inPoints() ? ": one is " + points(100.0 / s.n()) : ""))
                        .orElse("");
    }

    private static String points(double points) {
        return String.format(Locale.ROOT, "%.1f points", points);
    }

    private static String lost(Optional<PairedComparison> lost) {
        return lost.map(l -> String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", l.drop() + 0.0, l.interval().low(),
                l.interval().high())).orElse("-");
    }

    /// By what the outputs suffer at the widest cut measured, or in the graph's order; no time is taken here.
    private static List<DamageCurve> sorted(PruningDamage damage, Sensitivities.Order order) {
        return order == Sensitivities.Order.GRAPH
                ? damage.curves()
                : damage.curves().stream().sorted(Comparator.comparingDouble(DamageText::worst).reversed()).toList();
    }

    private static double worst(DamageCurve curve) {
        return curve.damage().isEmpty()
                ? 0
                : Objects.requireNonNull(curve.damage().get(curve.damage().lastKey()));
    }

    static String json(PruningDamage damage) {
        ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result");
        ObjectNode pruning = node.putObject("pruningDamage").put("samples", damage.samples());
        damage.scored().ifPresent(s -> pruning.put("metric", s.metric()).put("scoredSamples", s.n()));
        var groups = pruning.putArray("groups");
        for (DamageCurve curve : damage.curves()) {
            var points = groups.addObject().put("group", curve.group()).put("width", curve.width()).putArray("points");
            curve.damage().tailMap(1).forEach((cut, part) -> {
                ObjectNode point = points.addObject().put("cut", cut).put("damage", part);
                Optional.ofNullable(curve.lost().get(cut)).ifPresent(l -> point.put("lost", l.drop())
                        .put("lostLow", l.interval().low()).put("lostHigh", l.interval().high()));
            });
        }
        return node.toString();
    }
}
