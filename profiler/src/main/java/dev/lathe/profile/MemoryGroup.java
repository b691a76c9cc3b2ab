package dev.lathe.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A control group (version 2) made for one worker, whose memory it limits; the kernel ends what exceeds it.
///
/// Only where the memory controller is handed down to a group that may be written: that of this process or the one above.
/// Elsewhere there is none, and the worker is limited by other means. Source: Linux `cgroup-v2.rst`.
///
/// @param folder of the group
record MemoryGroup(Path folder) implements AutoCloseable {

    /// Makes a group and moves a process into it; empty where that is not possible.
    ///
    /// @param mount where version 2 is mounted, usually `/sys/fs/cgroup`
    /// @param ownGroup the path of this process's group, from `/proc/self/cgroup`
    static Optional<MemoryGroup> around(long pid, Path mount, String ownGroup) {
        Path own = mount.resolve(ownGroup.replaceFirst("^/+", "")).normalize();
        List<Path> parents = own.equals(mount) ? List.of(own) : List.of(own, own.resolveSibling(""));
        for (Path parent : parents) {
            if (!hands(parent)) {
                continue;
            }
            Path folder = parent.resolve("lathe-worker-" + pid);
            try {
                Files.createDirectory(folder);
                Files.writeString(folder.resolve("cgroup.procs"), Long.toString(pid));
                return Optional.of(new MemoryGroup(folder));
            } catch (IOException _) {
                remove(folder);
            }
        }
        return Optional.empty();
    }

    /// The group of this process in version 2's own tree.
    static Optional<String> ownGroup(Path proc) {
        try {
            return Files.readAllLines(proc.resolve("self/cgroup")).stream().filter(line -> line.startsWith("0::"))
                    .map(line -> line.substring(3)).findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static boolean hands(Path parent) {
        try {
            return Files.isWritable(parent)
                    && List.of(Files.readString(parent.resolve("cgroup.subtree_control")).strip().split("\\s+", -1))
                            .contains("memory");
        } catch (IOException _) {
            return false;
        }
    }

    /// Lets the group grow by so much over what it holds now.
    void limitGrowth(long bytes) throws IOException {
        long now = Long.parseLong(Files.readString(folder.resolve("memory.current")).strip());
        Files.writeString(folder.resolve("memory.max"), Long.toString(now + bytes));
        Path swap = folder.resolve("memory.swap.max");
        if (Files.exists(swap)) {
            Files.writeString(swap, "0");
        }
    }

    /// Whether the kernel ended a process for exceeding the limit.
    boolean killed() {
        try {
            return Files.readAllLines(folder.resolve("memory.events")).stream()
                    .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        remove(folder);
    }

    private static void remove(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException _) {
            // the kernel removes a group when its last process has ended; an empty one left behind limits nobody
        }
    }
}
