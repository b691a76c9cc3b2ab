package dev.lathe.optimize.prune;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// To which widths a group may be narrowed: multiples of what kernels like, never to nothing.
final class Widths {
    private Widths() {}

    /// How many channels may be cut, ascending: so that a multiple stays.
    ///
    /// @param multiple of indices; halved for groups that are less than twice as wide
    static List<Integer> cuts(ChannelGroup group, int multiple) {
        int step = multiple / BigInteger.valueOf(multiple).gcd(BigInteger.valueOf(group.indicesPerUnit())).intValue();
        while (step > 1 && 2 * step > group.width()) {
            step /= 2;
        }
        List<Integer> cuts = new ArrayList<>();
        for (int left = (group.width() - 1) / step * step; left >= step; left -= step) {
            cuts.add(group.width() - left);
        }
        return cuts;
    }

    /// A few of them, evenly spread, the last included.
    static List<Integer> few(List<Integer> cuts, int most) {
        if (cuts.size() <= most) {
            return cuts;
        }
        List<Integer> few = new ArrayList<>();
        for (int i = 1; i <= most; i++) {
            few.add(cuts.get((int) ((long) i * cuts.size() / most) - 1));
        }
        return few;
    }

    /// Of none and these the one that is nearest to what is wanted.
    static int nearest(List<Integer> cuts, double wanted) {
        int nearest = 0;
        for (int cut : cuts) {
            nearest = Math.abs(cut - wanted) < Math.abs(nearest - wanted) ? cut : nearest;
        }
        return nearest;
    }
}
