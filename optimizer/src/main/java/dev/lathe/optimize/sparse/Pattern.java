package dev.lathe.optimize.sparse;

import java.util.Optional;
import java.util.regex.Matcher;

/// How many of how many weights in a row stay: `2:4` is two of each four.
///
/// @param kept of each group
/// @param group weights along the reduction axis
public record Pattern(int kept, int group) {
    private static final java.util.regex.Pattern FORM = java.util.regex.Pattern.compile("(\\d{1,3}):(\\d{1,3})");

    /// Checks the numbers.
    public Pattern {
        if (kept < 1 || group < 2 || kept > group) {
            throw new IllegalArgumentException(
                    "pattern must be none or n:m with n in 1..m and m at least 2, as in 2:4, and is "
                            + kept + ":" + group);
        }
    }

    /// The pattern that a text says; empty for `none`.
    ///
    /// @throws IllegalArgumentException if it says neither
    public static Optional<Pattern> of(String text) {
        if (text.equals("none")) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "pattern must be none or n:m with n in 1..m and m at least 2, as in 2:4, and is "
                            + text);
        }
        return Optional.of(new Pattern(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
    }

    /// How many of this many stay: all groups are alike but the last, which may be shorter.
    int kept(int size) {
        return size >= group ? kept : Math.min(size, (kept * size + group - 1) / group);
    }
}
