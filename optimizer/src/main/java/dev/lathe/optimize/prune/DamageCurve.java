package dev.lathe.optimize.prune;

import dev.lathe.evaluate.metric.PairedComparison;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the outputs of a model suffer when channels of one group alone are silent, measured at a few numbers of channels.
///
/// @param group its name
/// @param width how many channels it has
/// @param damage by the number of channels that are silent, none included: squared error of the outputs as a part of what
///     they vary by; never falling
/// @param lost what the score loses, likewise, as it was measured; empty where nothing was scored
public record DamageCurve(String group, int width, SortedMap<Integer, Double> damage,
        SortedMap<Integer, PairedComparison> lost) {

    /// Copies the maps.
    public DamageCurve {
        damage = Collections.unmodifiableSortedMap(new TreeMap<>(damage));
        lost = Collections.unmodifiableSortedMap(new TreeMap<>(lost));
    }

    /// A curve of the outputs alone.
    public DamageCurve(String group, int width, SortedMap<Integer, Double> damage) {
        this(group, width, damage, new TreeMap<>());
    }

    static DamageCurve of(Sensitivity sensitivity) {
        ChannelGroup group = sensitivity.ranking().group();
        return new DamageCurve(group.name(), group.width(), sensitivity.damage(), sensitivity.lost());
    }

    /// The damage of that many channels: between two that were measured in proportion to the logarithm, for damage grows by
    /// factors, or on the straight line where one of both is 0; beyond the last that one's.
    public double at(int cut) {
        if (damage.isEmpty()) {
            return 0;
        }
        SortedMap<Integer, Double> above = damage.tailMap(cut);
        SortedMap<Integer, Double> below = damage.headMap(cut + 1);
        if (above.isEmpty()) {
            return damage.getOrDefault(damage.lastKey(), 0.0);
        }
        double high = damage.getOrDefault(above.firstKey(), 0.0);
        if (below.isEmpty() || below.lastKey().equals(above.firstKey())) {
            return high;
        }
        double low = damage.getOrDefault(below.lastKey(), 0.0);
        double part = (double) (cut - below.lastKey()) / (above.firstKey() - below.lastKey());
        return low > 0 ? low * Math.pow(high / low, part) : part * high;
    }
}
