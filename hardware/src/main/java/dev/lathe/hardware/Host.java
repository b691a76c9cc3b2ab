package dev.lathe.hardware;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.hardware.nvml.NvmlSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
/// @param watcher is told of everything that is looked at
public record Host(Path root, Commands commands, Natives natives, Watcher watcher) {
    /// Longest time one tool may take. `nvidia-smi` wakes every card that sleeps, which takes seconds on a large server; one
    /// that hangs must leave the whole detection within 3 s.
    public static final Duration TOOL_LIMIT = Duration.ofMillis(2300);

    /// More than any kernel is built for (CONFIG_NR_CPUS is at most 8192): a larger number is no CPU list.
    private static final int MOST_CPUS = 1 << 16;

    private static final int SHOWN_CHARACTERS = 60;

    /// A host that nobody watches.
    public Host(Path root, Commands commands, Natives natives) {
        this(root, commands, natives, new Watcher() {
        });
    }

    /// The same host, watched.
    Host watchedBy(Watcher by) {
        return new Host(root, commands, natives, by);
    }

    /// Tells the watcher what was looked at by other means than the methods here.
    ///
    /// @param what for example `libnvidia-ml.so.1`
    /// @param found in a few words
    public void looked(String what, String found) {
        watcher.looked(new Look(what, found));
    }

    /// Tells of trouble with the machine that no device stands for, or that has more to say than a device's state.
    public void report(Problem problem) {
        watcher.reported(problem);
    }

    /// The machine this runs on.
    public static Host local() {
        return new Host(Path.of("/"), new LocalCommands(), new OshiNatives());
    }

    /// The text of a file, without trailing white space and NUL; empty if it is missing or cannot be read.
    ///
    /// @param path absolute, with `/`, for example `/proc/meminfo`
    public Optional<String> read(String path) {
        try {
            String text = new String(Files.readAllBytes(at(path)), StandardCharsets.UTF_8).replace('\0', ' ')
                    .stripTrailing();
            looked(path, shortened(text));
            return Optional.of(text);
        } catch (AccessDeniedException _) {
            looked(path, "there, but not for us to read");
            return Optional.empty();
        } catch (IOException | SecurityException | InvalidPathException _) {
            // sysfs files answer EINVAL or ENODEV where the hardware has no such value: the same as not being there
            looked(path, "not there");
            return Optional.empty();
        }
    }

    private static String shortened(String text) {
        String line = text.lines().findFirst().orElse("").strip();
        long lines = text.lines().count();
        if (lines > 1) {
            return lines + " lines";
        }
        return line.length() > SHOWN_CHARACTERS ? line.substring(0, SHOWN_CHARACTERS) + "…" : line;
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
            // in an archive the names of folders end with a slash
            List<String> names = entries.map(entry -> entry.getFileName().toString().replace("/", "")).sorted()
                    .toList();
            looked(folder, names.size() + (names.size() == 1 ? " entry" : " entries"));
            return names;
        } catch (IOException | UncheckedIOException | SecurityException | InvalidPathException _) {
            looked(folder, "not there");
            return List.of();
        }
    }

    /// Whether there is a file or folder of this name.
    public boolean exists(String path) {
        boolean there = Files.exists(at(path));
        looked(path, there ? "there" : "not there");
        return there;
    }

    /// Whether this process may open a file for reading.
    public boolean isReadable(String path) {
        return Files.isReadable(at(path));
    }

    /// What a tool printed, if it ran, ended in time and succeeded.
    public Reading<String> run(String... command) {
        return switch (output(command)) {
            case Reading.Known<Output>(Output output, String source) when output.exitStatus() == 0 ->
                Reading.known(output.text(), source);
            case Reading.Known<Output>(Output output, String source) ->
                Reading.unknown(source + " ended with status " + output.exitStatus());
            case Reading.Unknown<Output>(String why) -> Reading.unknown(why);
        };
    }

    /// What a tool printed, however it ended, if it ended in time.
    public Reading<Output> output(String... command) {
        Reading<Output> output = commands.run(TOOL_LIMIT, List.of(command));
        looked(String.join(" ", command), switch (output) {
            case Reading.Known<Output>(Output it, String _) ->
                "status " + it.exitStatus() + ", " + shortened(it.text());
            case Reading.Unknown<Output>(String why) -> why;
        });
        return output;
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

    /// One thing that was looked at.
    ///
    /// @param what a path, a command line, a library
    /// @param found in a few words
    public record Look(String what, String found) {}

    /// Is told what a probe looks at. Called from the probe's thread.
    public interface Watcher {
        /// Something was looked at.
        default void looked(Look look) {}

        /// Trouble was found.
        default void reported(Problem problem) {}
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

        /// What NVIDIA's management library tells; Unknown where there is no such library.
        Reading<NvmlSnapshot> nvml();
    }
}
