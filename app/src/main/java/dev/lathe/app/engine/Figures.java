package dev.lathe.app.engine;

import dev.lathe.profile.Measured;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/// Single figures of several forks as one.
public final class Figures {
    private Figures() {}

    /// The median over forks (the lower of two), empty where a fork has none.
    public static OptionalLong median(List<Measured.Figures> forks, Function<Measured.Figures, OptionalLong> figure) {
        List<OptionalLong> values = forks.stream().map(figure).toList();
        if (values.isEmpty() || values.stream().anyMatch(OptionalLong::isEmpty)) {
            return OptionalLong.empty();
        }
        long[] sorted = values.stream().mapToLong(OptionalLong::getAsLong).sorted().toArray();
        return OptionalLong.of(sorted[(sorted.length - 1) / 2]);
    }
}
