package dev.lathe.optimize.prune;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Single indices of axes, and which of them must stand or fall together: a union-find forest in which a tree may be frozen,
/// with the reason. Not thread-safe.
final class Units {
    private static final int FIRST_CAPACITY = 1024;

    private int[] parents = new int[FIRST_CAPACITY];
    private int count;
    /// Why a tree cannot be cut, by its root.
    private final Map<Integer, String> frozen = new HashMap<>();

    /// That many new units, each by itself.
    ///
    /// @return their numbers
    int[] fresh(int wanted) {
        if (count + wanted > parents.length) {
            parents = Arrays.copyOf(parents, Math.max(2 * parents.length, count + wanted));
        }
        int[] units = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            parents[count] = count;
            units[i] = count++;
        }
        return units;
    }

    /// The unit that stands for all that fall with this one.
    int root(int unit) {
        int at = unit;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }

    /// From now on these two fall together; what freezes one freezes the other.
    void tie(int one, int other) {
        int kept = Math.min(root(one), root(other));
        int joined = Math.max(root(one), root(other));
        if (kept != joined) {
            parents[joined] = kept;
            String why = frozen.remove(joined);
            if (why != null) {
                frozen.putIfAbsent(kept, why);
            }
        }
    }

    /// From now on this one, and all that fall with it, cannot be cut. The first reason stays.
    void freeze(int unit, String why) {
        frozen.putIfAbsent(root(unit), why);
    }

    /// Why a unit cannot be cut; empty where nothing speaks against it.
    Optional<String> frozen(int unit) {
        return Optional.ofNullable(frozen.get(root(unit)));
    }
}
