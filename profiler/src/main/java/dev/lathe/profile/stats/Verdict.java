package dev.lathe.profile.stats;

/// What a ratio's interval shows: it excludes 1 on the fast side, on the slow side, or not at all.
public enum Verdict {
    FASTER, SLOWER, NO_DIFFERENCE
}
