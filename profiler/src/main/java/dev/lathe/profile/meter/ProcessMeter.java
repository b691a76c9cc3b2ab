package dev.lathe.profile.meter;

import com.sun.management.OperatingSystemMXBean;
import dev.lathe.base.Reading;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// This process's own memory and processor time.
public final class ProcessMeter {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory
            .getOperatingSystemMXBean();
    private static final ProcessorClock CLOCK = ProcessorClock.open();

    private ProcessMeter() {}

    /// Processor time this process has used, all threads together, in nanoseconds.
    public static long cpuNs() {
        long precise = CLOCK.ns();
        return precise >= 0 ? precise : SYSTEM.getProcessCpuTime();
    }

    /// Time spent in garbage collection so far, in nanoseconds.
    public static long collectionNs() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime).sum() * 1_000_000;
    }

    /// Private resident memory in bytes (`RssAnon`): heap, arenas and stacks, without mapped files.
    public static Reading<Long> privateBytes() {
        return status("RssAnon:");
    }

    /// The highest resident memory since the last [#resetPeak()], mapped files included, in bytes (`VmHWM`).
    public static Reading<Long> peakBytes() {
        return status("VmHWM:");
    }

    /// Lets the peak start anew; does nothing where the system cannot.
    public static void resetPeak() {
        try {
            Files.writeString(CLEAR_REFS, "5");
        } catch (IOException | UnsupportedOperationException _) {
            // then the peak is that of the whole process, which is what other systems give
        }
    }

    private static Reading<Long> status(String key) {
        try {
            return parse(Files.readAllLines(STATUS), key);
        } catch (IOException e) {
            return Reading.unknown("no " + STATUS + " on this system");
        }
    }

    static Reading<Long> parse(List<String> lines, String key) {
        return lines.stream().filter(l -> l.startsWith(key)).findFirst()
                .map(l -> Reading.known(Long.parseLong(l.substring(key.length()).replace("kB", "").strip()) * 1024,
                        STATUS + " " + key.replace(":", "")))
                .orElseGet(() -> Reading.unknown(STATUS + " has no " + key.replace(":", "")));
    }
}
