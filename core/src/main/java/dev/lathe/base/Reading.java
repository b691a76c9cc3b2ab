package dev.lathe.base;

import java.util.Optional;
import java.util.function.Function;

/// A fact that may not be readable here. Never a sentinel such as -1 or "unknown".
///
/// @param <T> the type of the fact
public sealed interface Reading<T> {

    /// A fact and where it was read, for example `/proc/meminfo`.
    record Known<T>(T value, String source) implements Reading<T> {}

    /// No fact, and why there is none.
    record Unknown<T>(String why) implements Reading<T> {}

    /// A fact with its source.
    static <T> Reading<T> known(T value, String source) {
        return new Known<>(value, source);
    }

    /// The reason why there is no fact.
    static <T> Reading<T> unknown(String why) {
        return new Unknown<>(why);
    }

    /// The fact, if it is known.
    default Optional<T> toOptional() {
        return switch (this) {
            case Known<T> known -> Optional.of(known.value());
            case Unknown<T> _ -> Optional.empty();
        };
    }

    /// The same reading seen through a function.
    default <R> Reading<R> map(Function<? super T, ? extends R> function) {
        return switch (this) {
            case Known<T> known -> known(function.apply(known.value()), known.source());
            case Unknown<T> unknown -> unknown(unknown.why());
        };
    }

    /// This reading if it is known, otherwise the other one.
    default Reading<T> or(Reading<T> other) {
        return this instanceof Known<T> ? this : other;
    }
}
