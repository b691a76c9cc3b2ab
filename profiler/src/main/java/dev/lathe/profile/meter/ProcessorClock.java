package dev.lathe.profile.meter;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/// The process's own processor clock in nanoseconds, by POSIX `clock_gettime`: Java's bean counts in hundredths of a
/// second on Linux, longer than a whole block of queries.
final class ProcessorClock {
    private static final int LINUX_PROCESS_CPUTIME = 2;
    private static final int MACOS_PROCESS_CPUTIME = 12;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final Optional<MethodHandle> clockGettime;
    private final MemorySegment timespec;
    private final int clock;

    private ProcessorClock(Optional<MethodHandle> clockGettime, MemorySegment timespec, int clock) {
        this.clockGettime = clockGettime;
        this.timespec = timespec;
        this.clock = clock;
    }

    @SuppressWarnings("restricted") // calls one function of the C library; native access is enabled for all Lathe JVMs
    static ProcessorClock open() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        int clock = os.contains("mac") ? MACOS_PROCESS_CPUTIME : LINUX_PROCESS_CPUTIME;
        MemorySegment timespec = Arena.ofAuto().allocate(2 * ValueLayout.JAVA_LONG.byteSize(),
                ValueLayout.JAVA_LONG.byteAlignment());
        if (os.contains("win")) {
            return new ProcessorClock(Optional.empty(), timespec, clock);
        }
        Linker linker = Linker.nativeLinker();
        Optional<MethodHandle> handle = linker.defaultLookup().find("clock_gettime")
                .map(symbol -> linker.downcallHandle(symbol,
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS)));
        return new ProcessorClock(handle, timespec, clock);
    }

    /// Nanoseconds so far; -1 inside this package where the system has no such clock.
    synchronized long ns() {
        if (clockGettime.isEmpty()) {
            return -1;
        }
        try {
            int failed = (int) clockGettime.get().invokeExact(clock, timespec);
            return failed != 0
                    ? -1
                    : timespec.getAtIndex(ValueLayout.JAVA_LONG, 0) * NS_PER_SECOND
                            + timespec.getAtIndex(ValueLayout.JAVA_LONG, 1);
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime failed", e);
        }
    }
}
