package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What of the machine we may use.
///
/// @param cgroupVersion of the control groups that limit the CPU: 1 or 2
/// @param cpus CPU time per time, a fraction allowed: 1.5 is one and a half CPUs
/// @param memoryBytes memory that the control group may hold
/// @param cpuset the CPUs the control group may run on, if not all
/// @param affinity the CPUs this process may run on, if not all: what `taskset` sets
/// @param onlineCpus hardware threads the kernel runs
public record Limits(Reading<Integer> cgroupVersion, Reading<Limit<Double>> cpus, Reading<Limit<Long>> memoryBytes,
        Reading<Limit<SortedSet<Integer>>> cpuset, Reading<Limit<SortedSet<Integer>>> affinity,
        Reading<Integer> onlineCpus) {
    private static final String ONLINE = "/sys/devices/system/cpu/online";
    private static final String STATUS = "/proc/self/status";

    /// Version 1 writes the largest multiple of the page size for "no limit".
    private static final long NO_LIMIT_BYTES = Long.MAX_VALUE - (1L << 20);

    /// A limit that is set, or that none is set.
    public sealed interface Limit<T> {
        /// A limit.
        record Some<T>(T value) implements Limit<T> {}

        /// No limit, which is a known fact.
        record None<T>() implements Limit<T> {}

        /// The limit, if one is set.
        default Optional<T> toOptional() {
            return switch (this) {
                case Some<T>(T value) -> Optional.of(value);
                case None<T>() -> Optional.empty();
            };
        }
    }

    /// How many CPUs can be kept busy: the smallest of those online, those allowed, and the quota rounded up. Never 0.
    public int usableCpus() {
        double cpusUsable = onlineCpus.toOptional().map(Integer::doubleValue).orElse(Double.MAX_VALUE);
        cpusUsable = Math.min(cpusUsable, size(cpuset));
        cpusUsable = Math.min(cpusUsable, size(affinity));
        cpusUsable = Math.min(cpusUsable, set(cpus).map(Math::ceil).orElse(Double.MAX_VALUE));
        return cpusUsable == Double.MAX_VALUE ? 1 : Math.max(1, (int) cpusUsable);
    }

    static Limits unknown(String why) {
        return new Limits(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why),
                Reading.unknown(why), Reading.unknown(why));
    }

    static Limits read(Host host) {
        SortedSet<Integer> online = host.cpuList(ONLINE);
        Reading<Integer> onlineCpus = online.isEmpty()
                ? Reading.unknown("no " + ONLINE)
                : Reading.known(online.size(), ONLINE);
        Optional<CgroupTree> tree = CgroupTree.read(host);
        if (tree.isEmpty()) {
            String system = host.natives().operatingSystem();
            String why = system.equals("linux") ? "no " + CgroupTree.SOURCE : system + " has no control groups";
            return new Limits(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why),
                    affinity(host, online), onlineCpus);
        }
        return new Limits(
                tree.get().version("cpu").<Reading<Integer>>map(version -> Reading.known(version, CgroupTree.SOURCE))
                        .orElse(Reading.unknown(CgroupTree.SOURCE + " names no group")),
                cpus(host, tree.get()), memory(host, tree.get()), cpuset(host, tree.get(), online),
                affinity(host, online),
                onlineCpus);
    }

    private static Reading<Limit<Double>> cpus(Host host, CgroupTree tree) {
        return smallest(tree, "cpu", folder -> host.read(folder + "/cpu.max").flatMap(Limits::parseCpuMax)
                .or(() -> quota(host.number(folder + "/cpu.cfs_quota_us"),
                        host.number(folder + "/cpu.cfs_period_us"))));
    }

    private static Reading<Limit<Long>> memory(Host host, CgroupTree tree) {
        return smallest(tree, "memory", folder -> host.number(folder + "/memory.max")
                .or(() -> host.number(folder + "/memory.limit_in_bytes")).filter(bytes -> bytes < NO_LIMIT_BYTES));
    }

    private static Reading<Limit<SortedSet<Integer>>> cpuset(Host host, CgroupTree tree, SortedSet<Integer> online) {
        List<String> folders = tree.folders("cpuset");
        for (String folder : folders) {
            for (String file : List.of("cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus")) {
                SortedSet<Integer> cpus = host.cpuList(folder + "/" + file);
                if (!cpus.isEmpty()) {
                    return Reading.known(unlessAll(cpus, online), folder + "/" + file);
                }
            }
        }
        return folders.isEmpty()
                ? Reading.unknown("the control groups for cpuset are not mounted")
                : Reading.known(new Limit.None<>(), folders.getFirst());
    }

    private static Reading<Limit<SortedSet<Integer>>> affinity(Host host, SortedSet<Integer> online) {
        SortedSet<Integer> allowed = host.read(STATUS).flatMap(text -> statusLine(text, "Cpus_allowed_list"))
                .map(Host::parseCpuList).orElse(Collections.emptySortedSet());
        return allowed.isEmpty()
                ? Reading.unknown("no Cpus_allowed_list in " + STATUS)
                : Reading.known(unlessAll(allowed, online), STATUS);
    }

    private static Limit<SortedSet<Integer>> unlessAll(SortedSet<Integer> cpus, SortedSet<Integer> online) {
        // an offline CPU may be allowed, and is of no use
        SortedSet<Integer> usable = cpus.stream().filter(cpu -> online.isEmpty() || online.contains(cpu))
                .collect(Collectors.toCollection(TreeSet::new));
        return !online.isEmpty() && usable.containsAll(online)
                ? new Limit.None<>()
                : new Limit.Some<>(Collections.unmodifiableSortedSet(usable));
    }

    private static <T extends Comparable<T>> Reading<Limit<T>> smallest(CgroupTree tree, String controller,
            Function<String, Optional<T>> limitIn) {
        List<String> folders = tree.folders(controller);
        if (folders.isEmpty()) {
            return Reading.unknown("the control groups for " + controller + " are not mounted");
        }
        Reading<Limit<T>> smallest = Reading.known(new Limit.None<>(), folders.getFirst());
        Optional<T> value = Optional.empty();
        for (String folder : folders) {
            Optional<T> here = limitIn.apply(folder);
            if (here.isPresent() && (value.isEmpty() || here.get().compareTo(value.get()) < 0)) {
                value = here;
                smallest = Reading.known(new Limit.Some<>(here.get()), folder);
            }
        }
        return smallest;
    }

    /// `150000 100000` is 1.5 CPUs, `max 100000` no limit.
    static Optional<Double> parseCpuMax(String text) {
        String[] parts = text.strip().split("\\s+", -1);
        return parts.length == 2 ? quota(Host.toLong(parts[0]), Host.toLong(parts[1])) : Optional.empty();
    }

    private static Optional<Double> quota(Optional<Long> quotaMicros, Optional<Long> periodMicros) {
        return quotaMicros.filter(quota -> quota > 0)
                .flatMap(quota -> periodMicros.filter(period -> period > 0).map(period -> (double) quota / period));
    }

    /// The value of a line of `/proc/PID/status`.
    static Optional<String> statusLine(String text, String key) {
        return text.lines().filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst();
    }

    private static double size(Reading<Limit<SortedSet<Integer>>> cpus) {
        return set(cpus).map(Collection::size).map(Integer::doubleValue).orElse(Double.MAX_VALUE);
    }

    private static <T> Optional<T> set(Reading<Limit<T>> reading) {
        return reading.toOptional().flatMap(Limit::toOptional);
    }
}
