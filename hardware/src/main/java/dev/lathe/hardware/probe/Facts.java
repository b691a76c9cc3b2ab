package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Host;
import java.util.Optional;

/// Makes readings of what was or was not found.
final class Facts {
    private Facts() {}

    static <T> Reading<T> of(Optional<T> value, String source, String why) {
        return value.<Reading<T>>map(it -> Reading.known(it, source)).orElseGet(() -> Reading.unknown(why));
    }

    /// The text of a file, unless it is empty.
    static Reading<String> text(Host host, String path) {
        return of(host.read(path).map(String::strip).filter(text -> !text.isEmpty()), path, "no " + path);
    }

    /// The number in a file, unless it is negative.
    static Reading<Long> number(Host host, String path) {
        return of(host.number(path).filter(number -> number >= 0), path, "no " + path);
    }
}
