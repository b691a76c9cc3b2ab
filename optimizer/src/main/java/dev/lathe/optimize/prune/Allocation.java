package dev.lathe.optimize.prune;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How many channels of each group are cut.
final class Allocation {
    private static final int HALVINGS = 30;

    private Allocation() {}

    /// About the same part of each group: of the numbers that leave a liked width, the nearest.
    static Map<ChannelGroup, Integer> uniform(Map<ChannelGroup, List<Integer>> cuts, Map<ChannelGroup, Double> ratios) {
        Map<ChannelGroup, Integer> chosen = new HashMap<>();
        cuts.forEach((group, possible) -> {
            double wanted = ratios.getOrDefault(group, 0.0) * group.width();
            int nearest = 0;
            for (int cut : possible) {
                nearest = Math.abs(cut - wanted) < Math.abs(nearest - wanted) ? cut : nearest;
            }
            if (nearest > 0) {
                chosen.put(group, nearest);
            }
        });
        return chosen;
    }

    /// The same part of each group, the smallest that removes enough.
    ///
    /// @param goal how many multiply-accumulates may be left
    static Map<ChannelGroup, Integer> uniform(Map<ChannelGroup, List<Integer>> cuts, MacModel macs, double goal) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            boolean enough = macs.left(uniform(cuts, all(cuts, middle))) <= goal;
            high = enough ? middle : high;
            low = enough ? low : middle;
        }
        return uniform(cuts, all(cuts, high));
    }

    private static Map<ChannelGroup, Double> all(Map<ChannelGroup, List<Integer>> cuts, double ratio) {
        Map<ChannelGroup, Double> ratios = new HashMap<>();
        cuts.keySet().forEach(g -> ratios.put(g, ratio));
        return ratios;
    }

    /// One step on the way: what is cut, what that should do to the outputs, what is left.
    record Step(Map<ChannelGroup, Integer> cuts, double damage, double macsLeft) {

        Step {
            cuts = Map.copyOf(cuts);
        }
    }

    /// Step by step the cut that does least damage for each multiply-accumulate it removes, until so many are left, or none
    /// can be removed.
    static List<Step> greedy(Map<ChannelGroup, List<Integer>> cuts, Map<ChannelGroup, Sensitivity> sensitivities,
            MacModel macs, double goal) {
        Map<ChannelGroup, Integer> chosen = new HashMap<>();
        List<Step> steps = new java.util.ArrayList<>(List.of(new Step(chosen, 0, macs.all())));
        while (steps.getLast().macsLeft() > goal) {
            ChannelGroup best = null;
            int bestCut = 0;
            double least = Double.POSITIVE_INFINITY;
            for (var entry : cuts.entrySet()) {
                ChannelGroup group = entry.getKey();
                int now = chosen.getOrDefault(group, 0);
                double before = macs.leftAround(group, chosen);
                for (int cut : entry.getValue()) {
                    if (cut > now) {
                        Map<ChannelGroup, Integer> tried = new HashMap<>(chosen);
                        tried.put(group, cut);
                        double removed = before - macs.leftAround(group, tried);
                        double price = (sensitivities.get(group).of(cut) - sensitivities.get(group).of(now)
                                + Double.MIN_NORMAL) / removed;
                        if (removed > 0 && price < least) {
                            least = price;
                            best = group;
                            bestCut = cut;
                        }
                    }
                }
            }
            if (best == null) {
                return steps;
            }
            chosen.put(best, bestCut);
            steps.add(new Step(chosen, damage(chosen, sensitivities), macs.left(chosen)));
        }
        return steps;
    }

    private static double damage(Map<ChannelGroup, Integer> chosen, Map<ChannelGroup, Sensitivity> sensitivities) {
        return chosen.entrySet().stream().mapToDouble(e -> sensitivities.get(e.getKey()).of(e.getValue())).sum();
    }
}
