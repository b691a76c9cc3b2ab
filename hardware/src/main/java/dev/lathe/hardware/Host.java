package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Everything detection may look at: a file tree, a command runner and a native look-up, each replaceable by a recording.
///
/// @param root the folder that stands for `/`
/// @param commands runs vendors' tools
/// @param natives what only the operating system's own interfaces tell
public record Host(Path root, Commands commands, Natives natives) {
    /// Longest time one tool may take. A detection has 1.5 s in all; a tool that hangs must not use it up.
    public static final Duration TOOL_LIMIT = Duration.ofSeconds(1);

    /// More than any kernel is built for (CONFIG_NR_CPUS is at most 8192): a larger number is no CPU list.
    private static final int MOST_CPUS = 1 << 16;

    /// The machine this runs on.
    public static Host local() {
        return new Host(Path.of("/"), new LocalCommands(), new OshiNatives());
    }

    /// The text of a file, without trailing white space and NUL; empty if it is missing or cannot be read.
    ///
    /// @param path absolute, with `/`, for example `/proc/meminfo`
    public Optional<String> read(String path) {
        try {
            String text = new String(Files.readAllBytes(at(path)), StandardCharsets.UTF_8);
            return Optional.of(text.replace('\0', ' ').stripTrailing());
        } catch (IOException | SecurityException _) {
            // sysfs files answer EINVAL or ENODEV where the hardware has no such value: the same as not being there
            return Optional.empty();
        }
    }

    /// The number in a file, empty if there is no file or something else than a number in it.
    public Optional<Long> number(String path) {
        return read(path).flatMap(Host::toLong);
    }

    /// The CPU numbers in a file that holds a kernel list such as `0-3,8`, empty if there is none.
    public SortedSet<Integer> cpuList(String path) {
        return read(path).map(Host::parseCpuList).orElse(Collections.emptySortedSet());
    }

    /// The names in a folder, sorted; empty if it is missing or cannot be read.
    public List<String> list(String folder) {
        try (Stream<Path> entries = Files.list(at(folder))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException | SecurityException _) {
            return List.of();
        }
    }

    /// Whether there is a file or folder of this name.
    public boolean exists(String path) {
        return Files.exists(at(path));
    }

    /// What a tool printed, if it ran, ended in time and succeeded.
    public Reading<String> run(String... command) {
        return switch (commands.run(TOOL_LIMIT, List.of(command))) {
            case Reading.Known<Output>(Output output, String source) when output.exitStatus() == 0 ->
                Reading.known(output.text(), source);
            case Reading.Known<Output>(Output output, String source) ->
                Reading.unknown(source + " ended with status " + output.exitStatus());
            case Reading.Unknown<Output>(String why) -> Reading.unknown(why);
        };
    }

    /// The CPU numbers in a kernel list such as `0-3,8`; empty if it is no such list.
    static SortedSet<Integer> parseCpuList(String text) {
        SortedSet<Integer> cpus = new TreeSet<>();
        for (String range : text.strip().split(",", -1)) {
            String[] ends = range.strip().split("-", -1);
            Optional<Long> first = toLong(ends[0]);
            Optional<Long> last = toLong(ends[ends.length - 1]);
            if (first.isEmpty() || last.isEmpty() || ends.length > 2 || last.get() > MOST_CPUS) {
                return Collections.emptySortedSet();
            }
            for (long cpu = first.get(); cpu <= last.get(); cpu++) {
                cpus.add((int) cpu);
            }
        }
        return cpus;
    }

    static Optional<Long> toLong(String text) {
        try {
            return Optional.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private Path at(String path) {
        return root.resolve(path.startsWith("/") ? path.substring(1) : path);
    }

    /// What a command printed, and how it ended.
    ///
    /// @param exitStatus 0 for success
    /// @param text standard output; vendors' tools put their error messages here too
    public record Output(int exitStatus, String text) {}

    /// Runs tools in the C locale.
    @FunctionalInterface
    public interface Commands {
        /// Runs a tool; Unknown if it is not installed or did not end in time.
        Reading<Output> run(Duration limit, List<String> command);
    }

    /// What only the operating system's own interfaces tell.
    public interface Natives {
        /// `linux`, `windows`, `macos`, or the system's own name in lower case.
        String operatingSystem();

        /// The processor's architecture as the kernel spells it: `x86_64`, `aarch64`, `riscv64`. Not that of an emulated JVM.
        String architecture();

        /// The processor, as far as the native look-up sees it.
        Reading<Cpu> cpu();

        /// The graphics cards, as far as the native look-up sees them.
        Reading<List<Gpu>> gpus();

        /// Physical memory in bytes.
        Reading<Long> memoryBytes();
    }
}
