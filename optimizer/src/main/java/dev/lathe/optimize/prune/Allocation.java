package dev.lathe.optimize.prune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// How many channels of each group are cut.
final class Allocation {
    private static final int HALVINGS = 30;

    private Allocation() {}

    /// About the same part of each group: of the numbers that leave a liked width, the nearest.
    static Map<ChannelGroup, Integer> uniform(Map<ChannelGroup, List<Integer>> cuts, Map<ChannelGroup, Double> ratios) {
        Map<ChannelGroup, Integer> chosen = new HashMap<>();
        cuts.forEach((group, possible) -> {
            int nearest = Widths.nearest(possible, ratios.getOrDefault(group, 0.0) * group.width());
            if (nearest > 0) {
                chosen.put(group, nearest);
            }
        });
        return chosen;
    }

    /// The same part of each group, the smallest that removes enough. Where many groups would take their next width at that very
    /// part, those for which it comes nearest to it do so first, then those that remove least, and only as long as too much is left.
    ///
    /// @param goal what may be left
    static Map<ChannelGroup, Integer> uniform(Map<ChannelGroup, List<Integer>> cuts, CostModel costs, double goal) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            boolean enough = costs.left(uniform(cuts, all(cuts, middle))) <= goal;
            high = enough ? middle : high;
            low = enough ? low : middle;
        }
        Map<ChannelGroup, Integer> chosen = uniform(cuts, all(cuts, low));
        Map<ChannelGroup, Integer> enough = uniform(cuts, all(cuts, high));
        double part = high;
        for (ChannelGroup group : cuts.keySet().stream().filter(enough::containsKey).sorted(Comparator
                .comparingDouble((ChannelGroup g) -> Math.abs((double) enough.getOrDefault(g, 0) / g.width() - part))
                .thenComparingDouble(g -> -costs.left(Map.of(g, enough.getOrDefault(g, 0))))
                .thenComparing(ChannelGroup::name)).toList()) {
            if (costs.left(chosen) > goal) {
                chosen.put(group, enough.getOrDefault(group, 0));
            }
        }
        return chosen;
    }

    private static Map<ChannelGroup, Double> all(Map<ChannelGroup, List<Integer>> cuts, double ratio) {
        Map<ChannelGroup, Double> ratios = new HashMap<>();
        cuts.keySet().forEach(g -> ratios.put(g, ratio));
        return ratios;
    }

    /// One step on the way: what is cut, what that should do to the outputs, what is left.
    record Step(Map<ChannelGroup, Integer> cuts, double damage, double left) {

        Step {
            cuts = Map.copyOf(cuts);
        }
    }

    /// Step by step the cut that does least damage for what it removes, until so much is left, or nothing can be
    /// removed. What a cut removes beyond that goal does not count for it.
    static List<Step> greedy(Map<ChannelGroup, List<Integer>> cuts, Map<ChannelGroup, Sensitivity> sensitivities,
            CostModel costs, double goal) {
        Map<ChannelGroup, Integer> chosen = new HashMap<>();
        List<Step> steps = new ArrayList<>(List.of(new Step(chosen, 0, costs.all())));
        while (steps.getLast().left() > goal) {
            double missing = steps.getLast().left() - goal;
            Optional<Offer> best = sensitivities.entrySet().stream().flatMap(
                    e -> offers(e.getKey(), cuts.getOrDefault(e.getKey(), List.of()), e.getValue(), costs, chosen,
                            missing))
                    .min(Comparator.comparingDouble(Offer::price).thenComparing(o -> o.group().name())
                            .thenComparingInt(Offer::cut));
            if (best.isEmpty()) {
                return steps;
            }
            chosen.put(best.get().group(), best.get().cut());
            double damage = sensitivities.entrySet().stream()
                    .mapToDouble(e -> e.getValue().of(chosen.getOrDefault(e.getKey(), 0))).sum();
            steps.add(new Step(chosen, damage, costs.left(chosen)));
        }
        return steps;
    }

    /// A possible step.
    ///
    /// @param price damage for what is removed and was to be
    private record Offer(ChannelGroup group, int cut, double price) {}

    private static Stream<Offer> offers(ChannelGroup group, List<Integer> cuts, Sensitivity sensitivity,
            CostModel costs,
            Map<ChannelGroup, Integer> chosen, double missing) {
        int now = chosen.getOrDefault(group, 0);
        double before = costs.leftAround(group, chosen);
        return cuts.stream().filter(cut -> cut > now).flatMap(cut -> {
            Map<ChannelGroup, Integer> tried = new HashMap<>(chosen);
            tried.put(group, cut);
            double removed = before - costs.leftAround(group, tried);
            double damage = sensitivity.of(cut) - sensitivity.of(now);
            return removed > 0
                    ? Stream.of(new Offer(group, cut, damage / Math.min(removed, missing)))
                    : Stream.empty();
        });
    }
}
