package dev.lathe.hardware;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// CPUs that a program is held to, such as `0-3`.
///
/// @param cpus their numbers, at least one
public record CpuSet(SortedSet<Integer> cpus) {

    /// Copies the numbers.
    public CpuSet {
        cpus = Collections.unmodifiableSortedSet(new TreeSet<>(cpus));
        if (cpus.isEmpty()) {
            throw new IllegalArgumentException("no CPU");
        }
    }

    /// Reads `0-3,8`; empty if it is no such list.
    public static Optional<CpuSet> parse(String text) {
        SortedSet<Integer> cpus = Host.parseCpuList(text);
        return cpus.isEmpty() || cpus.first() < 0 ? Optional.empty() : Optional.of(new CpuSet(cpus));
    }

    /// The CPUs that this process may use: online, and allowed by cpuset and affinity; or why that is not known.
    public static Reading<CpuSet> allowed(Host host) {
        SortedSet<Integer> online = new TreeSet<>(host.cpuList("/sys/devices/system/cpu/online"));
        if (online.isEmpty()) {
            return Reading.unknown("this system does not say which CPUs there are");
        }
        Limits limits = Limits.read(host);
        for (Reading<Limits.Limit<SortedSet<Integer>>> limit : List.of(limits.cpuset(), limits.affinity())) {
            Collection<Integer> held = limit.toOptional().flatMap(Limits.Limit::toOptional).orElse(online);
            online.removeIf(cpu -> !held.contains(cpu));
        }
        return online.isEmpty()
                ? Reading.unknown("cpuset and affinity leave no CPU")
                : Reading.known(new CpuSet(online), "/sys/devices/system/cpu/online, cpuset and affinity");
    }

    /// What stands against holding a program to these CPUs: some do not exist, or may not be used.
    public List<Problem> check(Host host) {
        SortedSet<Integer> online = host.cpuList("/sys/devices/system/cpu/online");
        if (online.isEmpty()) {
            return List.of(Problem.error("not-available", "--cpus " + words(),
                    "programs cannot be held to CPUs here: pinning is Linux's", "Leave --cpus out."));
        }
        List<Problem> problems = new ArrayList<>();
        SortedSet<Integer> missing = without(cpus, online);
        if (!missing.isEmpty()) {
            problems.add(Problem.error("cpus-missing", "--cpus " + words(),
                    "CPU " + list(missing) + " does not exist; this machine has " + list(online),
                    "Choose among those."));
        }
        SortedSet<Integer> allowed = allowed(host).toOptional().map(CpuSet::cpus).orElse(online);
        SortedSet<Integer> forbidden = without(cpus, allowed);
        forbidden.removeAll(missing);
        if (!forbidden.isEmpty()) {
            problems.add(Problem.error("cpus-not-allowed", "--cpus " + words(),
                    "CPU " + list(forbidden) + " may not be used by this process; its affinity and control group allow "
                            + list(allowed),
                    "Choose among those, or start Lathe with more."));
        }
        return problems;
    }

    private static SortedSet<Integer> without(SortedSet<Integer> cpus, SortedSet<Integer> others) {
        return cpus.stream().filter(cpu -> !others.contains(cpu)).collect(Collectors.toCollection(TreeSet::new));
    }

    /// As the kernel writes it: `0-3,8`.
    public String words() {
        return list(cpus);
    }

    private static String list(SortedSet<Integer> cpus) {
        List<String> parts = new ArrayList<>();
        List<Integer> numbers = List.copyOf(cpus);
        int from = 0;
        for (int i = 1; i <= numbers.size(); i++) {
            if (i == numbers.size() || numbers.get(i) != numbers.get(i - 1) + 1) {
                int first = numbers.get(from);
                int last = numbers.get(i - 1);
                parts.add(first == last ? "" + first : first + "-" + last);
                from = i;
            }
        }
        return String.join(",", parts);
    }
}
