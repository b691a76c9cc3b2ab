package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.Optional;

/// The machine's memory, whatever part of it we may use.
///
/// @param totalBytes what the kernel manages, a little less than what is plugged in
/// @param availableBytes what could be had when it was read, without swapping
public record Memory(Reading<Long> totalBytes, Reading<Long> availableBytes) {
    private static final String SOURCE = "/proc/meminfo";
    private static final long BYTES_PER_KIBIBYTE = 1024;

    static Memory unknown(String why) {
        return new Memory(Reading.unknown(why), Reading.unknown(why));
    }

    static Memory read(Host host) {
        Optional<String> text = host.read(SOURCE);
        String why = text.isPresent() ? SOURCE + " has no such line" : "no " + SOURCE;
        Reading<Long> total = text.flatMap(it -> line(it, "MemTotal"))
                .<Reading<Long>>map(it -> Reading.known(it, SOURCE))
                .orElse(Reading.unknown(why));
        Reading<Long> available = text.flatMap(it -> line(it, "MemAvailable"))
                .<Reading<Long>>map(it -> Reading.known(it, SOURCE)).orElse(Reading.unknown(why));
        boolean linux = host.natives().operatingSystem().equals("linux");
        if (total instanceof Reading.Known<Long> || linux) {
            return new Memory(total, available);
        }
        return new Memory(sysctl(host).or(host.natives().memoryBytes()), available);
    }

    private static Reading<Long> sysctl(Host host) {
        if (!host.natives().operatingSystem().equals("macos")) {
            return Reading.unknown("only macOS has hw.memsize");
        }
        return switch (host.run("sysctl", "hw", "machdep.cpu")) {
            case Reading.Known<String>(String text, String _) ->
                text.lines().filter(line -> line.startsWith("hw.memsize: "))
                        .map(line -> Host.toLong(line.substring("hw.memsize: ".length()))).flatMap(Optional::stream)
                        .findFirst().<Reading<Long>>map(bytes -> Reading.known(bytes, "sysctl hw.memsize"))
                        .orElse(Reading.unknown("sysctl shows no hw.memsize"));
            case Reading.Unknown<String>(String why) -> Reading.unknown(why);
        };
    }

    /// The bytes in a line such as `MemTotal:       24684096 kB`.
    static Optional<Long> line(String text, String key) {
        return text.lines().filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip().split("\\s+", -1)[0]).map(Host::toLong)
                .flatMap(Optional::stream).map(kibibytes -> kibibytes * BYTES_PER_KIBIBYTE).findFirst();
    }
}
