package dev.lathe.optimize.prune;

import dev.lathe.evaluate.metric.PairedComparison;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the outputs of the model suffer when so many channels of one group are silent.
///
/// @param ranking the group, and in which order its channels go
/// @param damage by number of channels, none included: a part of what the outputs vary by; never falling
/// @param lost of the score, by number of channels; empty where nothing was scored
public record Sensitivity(Ranking ranking, SortedMap<Integer, Double> damage,
        SortedMap<Integer, PairedComparison> lost) {

    /// Makes the damage grow with the number, for noise can make it fall.
    public Sensitivity {
        SortedMap<Integer, Double> grown = new TreeMap<>();
        grown.put(0, 0.0);
        double most = 0;
        for (var point : damage.entrySet()) {
            most = Math.max(most, point.getValue());
            grown.put(point.getKey(), most);
        }
        damage = Collections.unmodifiableSortedMap(grown);
        lost = Collections.unmodifiableSortedMap(new TreeMap<>(lost));
    }

    /// The damage of that many channels, in between by what their readers lose.
    double of(int count) {
        int below = damage.headMap(count + 1).lastKey();
        SortedMap<Integer, Double> above = damage.tailMap(count);
        double low = damage.getOrDefault(below, 0.0);
        if (below == count) {
            return low;
        }
        double lost = ranking.loss(count) - ranking.loss(below);
        if (above.isEmpty()) {
            double scale = ranking.loss(below) > 0 && low > 0 ? low / ranking.loss(below) : 1;
            return low + scale * lost;
        }
        double span = ranking.loss(above.firstKey()) - ranking.loss(below);
        double part = span > 0 ? lost / span : (double) (count - below) / (above.firstKey() - below);
        return low + part * (damage.getOrDefault(above.firstKey(), low) - low);
    }
}
