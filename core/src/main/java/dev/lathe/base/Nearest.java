package dev.lathe.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds what a user who mistyped a name meant.
public final class Nearest {
    private Nearest() {}

    /// The name that takes fewest changes of letters, if those are at most a third of it.
    public static Optional<String> to(String typed, Collection<String> names) {
        return names.stream().min(Comparator.comparingInt(n -> distance(typed, n)))
                .filter(n -> distance(typed, n) <= n.length() / 3);
    }

    /// Letters to add, take away or change: Levenshtein's distance.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
