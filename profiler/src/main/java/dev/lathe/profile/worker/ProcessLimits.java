package dev.lathe.profile.worker;

import dev.lathe.base.Problem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Holds this process to some CPUs and to some memory, by Linux's own calls.
final class ProcessLimits {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Path STATUS = Path.of("/proc/self/status");
    /// `RLIMIT_DATA` of Linux: private writable memory that is reserved, whether touched or not.
    private static final int RLIMIT_DATA = 2;

    private ProcessLimits() {}

    /// Holds every thread, and those that they will start, to these CPUs.
    ///
    /// @return the CPUs as the kernel then gives them: `0-1`
    static String pin(List<Integer> cpus) {
        BitSet set = new BitSet();
        cpus.forEach(set::set);
        try (Arena arena = Arena.ofConfined()) {
            long[] words = set.toLongArray();
            MemorySegment mask = arena.allocateFrom(ValueLayout.JAVA_LONG, words);
            MethodHandle call = function("sched_setaffinity", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
            Set<Integer> done = new HashSet<>();
            // a thread that was started meanwhile by one not yet held appears in the next look
            while (done.addAll(threads())) {
                for (int thread : done) {
                    int failed = (int) call.invokeExact(thread, 8L * words.length, mask);
                    if (failed != 0 && Files.exists(TASKS.resolve(Integer.toString(thread)))) {
                        throw refused("the worker cannot be held to CPUs " + cpus);
                    }
                }
            }
            return status("Cpus_allowed_list:");
        } catch (IOException e) {
            throw refused("the worker's threads cannot be listed (" + e.getMessage() + ")");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("sched_setaffinity", e);
        }
    }

    private static Set<Integer> threads() throws IOException {
        try (Stream<Path> tasks = Files.list(TASKS)) {
            Set<Integer> ids = new HashSet<>();
            tasks.forEach(task -> ids.add(Integer.parseInt(task.getFileName().toString())));
            return ids;
        }
    }

    /// Lets this process's private writable memory grow by so much over what it has now.
    static void limitGrowth(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            long now = Long.parseLong(status("VmData:").replace("kB", "").strip()) * 1024;
            MemorySegment limit = arena.allocate(16, 8);
            FunctionDescriptor form = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS);
            int read = (int) function("getrlimit", form).invokeExact(RLIMIT_DATA, limit);
            limit.setAtIndex(ValueLayout.JAVA_LONG, 0, now + bytes);
            int set = (int) function("setrlimit", form).invokeExact(RLIMIT_DATA, limit);
            if (read != 0 || set != 0) {
                throw refused("the worker's memory cannot be limited");
            }
        } catch (IOException e) {
            throw refused("the worker's memory cannot be limited (" + e.getMessage() + ")");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("setrlimit", e);
        }
    }

    private static String status(String key) throws IOException {
        return Files.readAllLines(STATUS).stream().filter(line -> line.startsWith(key)).findFirst()
                .map(line -> line.substring(key.length()).strip())
                .orElseThrow(() -> new IOException(STATUS + " has no " + key));
    }

    @SuppressWarnings("restricted") // calls three functions of the C library; native access is enabled for all Lathe JVMs
    private static MethodHandle function(String name, FunctionDescriptor form) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(symbol -> linker.downcallHandle(symbol, form))
                .orElseThrow(() -> refused("this system has no " + name));
    }

    private static RuntimeException refused(String what) {
        return Problem.error("not-available", "worker", what, "Leave out --cpus and --device-limit; they need Linux.")
                .toException();
    }
}
