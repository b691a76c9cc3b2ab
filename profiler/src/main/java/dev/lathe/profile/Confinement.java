package dev.lathe.profile;

import dev.lathe.hardware.CpuSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// What a worker may use of the machine: how a smaller device is imitated.
///
/// @param cpus the CPUs that all its threads are held to; all that are allowed if empty
/// @param memoryBytes what a model may need beyond an empty worker, a hard limit; none if empty
public record Confinement(Optional<CpuSet> cpus, OptionalLong memoryBytes) {
    /// The whole machine.
    public static final Confinement NONE = new Confinement(Optional.empty(), OptionalLong.empty());
    private static final double MEBIBYTE = 1 << 20;

    /// Checks the limit.
    public Confinement {
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException("a memory limit of " + memoryBytes.getAsLong());
        }
    }

    /// Whether nothing is confined.
    public boolean isNone() {
        return cpus.isEmpty() && memoryBytes.isEmpty();
    }

    /// What is confined, in words: "CPUs 0-1, 512 MiB of memory".
    public String words() {
        List<String> parts = new ArrayList<>();
        cpus.ifPresent(set -> parts.add((set.cpus().size() == 1 ? "CPU " : "CPUs ") + set.words()));
        if (memoryBytes.isPresent()) {
            parts.add(mebibytes(memoryBytes.getAsLong()) + " of memory");
        }
        return parts.isEmpty() ? "the whole machine" : String.join(", ", parts);
    }

    static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f MiB", bytes / MEBIBYTE);
    }
}
