package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.probe.CoreDesigns.ArmCore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Counts packages, cores and threads of a Linux machine.
///
/// Blocks in `/proc/cpuinfo` are not counted where anything better is there: containers and recordings show fewer.
///
/// @param online the processors that are online
record Topology(Host host, CpuInfo info, SortedSet<Integer> online) {
    private static final String NO_TOPOLOGY = "no topology in " + LinuxCpu.CPUS + " and none in " + CpuInfo.SOURCE;
    private static final String NODES = "/sys/devices/system/node/online";
    private static final String LOW_POWER = "/sys/devices/cpu_lowpower/cpus";
    private static final String ALIKE = "the kernel tells of no two kinds of cores";

    Cpu.Cores cores() {
        Map<Integer, String> siblings = siblings();
        return new Cpu.Cores(packages(), physical(siblings), logical(), kind(siblings, true), kind(siblings, false),
                lowPower(siblings), smt(siblings), numaNodes());
    }

    private Reading<Boolean> smt(Map<Integer, String> siblings) {
        String file = LinuxCpu.CPUS + "/smt/active";
        Optional<Long> active = host.number(file);
        if (active.isPresent()) {
            return Reading.known(active.get() == 1, file);
        }
        if (!siblings.isEmpty()) {
            return Reading.known(Set.copyOf(siblings.values()).size() < siblings.size(),
                    LinuxCpu.CPUS + "/cpu*/topology");
        }
        return info.firstInt("siblings").flatMap(threads -> info.firstInt("cpu cores")
                .filter(cores -> cores > 0)
                .<Reading<Boolean>>map(cores -> Reading.known(threads > cores, CpuInfo.SOURCE + ", siblings")))
                .orElse(Reading.unknown(NO_TOPOLOGY));
    }

    private Reading<Integer> numaNodes() {
        SortedSet<Integer> nodes = host.cpuList(NODES);
        return nodes.isEmpty() ? Reading.unknown("no " + NODES) : Reading.known(nodes.size(), NODES);
    }

    private Reading<Integer> logical() {
        if (!online.isEmpty()) {
            return Reading.known(online.size(), LinuxCpu.CPUS + "/online");
        }
        return Reading.known(info.blocks().size(), CpuInfo.SOURCE + ", blocks");
    }

    private Reading<Integer> packages() {
        Set<Long> ids = new TreeSet<>();
        for (int cpu : online) {
            Optional<Long> id = host.number(folder(cpu) + "/topology/physical_package_id");
            if (id.isEmpty() || id.get() < 0) {
                ids.clear();
                break;
            }
            ids.add(id.get());
        }
        if (!ids.isEmpty()) {
            return Reading.known(ids.size(), LinuxCpu.CPUS + "/cpu*/topology");
        }
        return packagesBySiblings().<Reading<Integer>>map(count -> Reading.known(count, CpuInfo.SOURCE + ", siblings"))
                .or(() -> chip().map(it -> Reading.known(1, SocParts.SOURCE + ", " + it.name())))
                .orElse(Reading.unknown(NO_TOPOLOGY));
    }

    private Optional<SocParts.Chip> chip() {
        return SocParts.chip(host, info.first("model name"));
    }

    private Optional<Integer> packagesBySiblings() {
        return info.firstInt("siblings").filter(siblings -> siblings > 0 && !online.isEmpty())
                .map(siblings -> Math.ceilDiv(online.size(), siblings));
    }

    private Reading<Integer> physical(Map<Integer, String> siblings) {
        if (!siblings.isEmpty()) {
            return Reading.known(Set.copyOf(siblings.values()).size(), LinuxCpu.CPUS + "/cpu*/topology");
        }
        Optional<Integer> perPackage = info.firstInt("cpu cores").filter(cores -> cores > 0);
        Optional<Integer> packages = packagesBySiblings();
        if (perPackage.isPresent() && packages.isPresent()) {
            return Reading.known(packages.get() * perPackage.get(), CpuInfo.SOURCE + ", cpu cores");
        }
        List<ArmCore> designs = info.armCores();
        if (!designs.isEmpty() && !online.isEmpty() && designs.stream().allMatch(core -> core.threads() == 1)) {
            return Reading.known(online.size(), LinuxCpu.CPUS + "/online; " + designs.getFirst().name()
                    + " has one thread per core");
        }
        return chip().filter(it -> it.threads() == 1 && !online.isEmpty())
                .<Reading<Integer>>map(it -> Reading.known(online.size(), LinuxCpu.CPUS + "/online; "
                        + SocParts.SOURCE + ", " + it.name() + " has one thread per core"))
                .orElse(Reading.unknown(NO_TOPOLOGY));
    }

    /// Which processors share a core with each online processor; empty unless known for all.
    private Map<Integer, String> siblings() {
        Map<Integer, String> siblings = new TreeMap<>();
        for (int cpu : online) {
            Optional<String> list = host.read(folder(cpu) + "/topology/core_cpus_list")
                    .or(() -> host.read(folder(cpu) + "/topology/thread_siblings_list"));
            if (list.isEmpty()) {
                return Map.of();
            }
            siblings.put(cpu, list.get());
        }
        return siblings;
    }

    private Reading<Integer> kind(Map<Integer, String> siblings, boolean performance) {
        Set<Integer> fast = host.cpuList("/sys/devices/cpu_core/cpus");
        Set<Integer> slow = host.cpuList("/sys/devices/cpu_atom/cpus");
        if (!fast.isEmpty() && !slow.isEmpty() && !siblings.isEmpty()) {
            return Reading.known(cores(siblings, performance ? fast : slow), "/sys/devices/cpu_core and cpu_atom");
        }
        return kindByCapacity(performance).or(kindByDesign(performance)).or(kindBySiblings(performance));
    }

    /// On x86 with every processor online, a package of which some cores have two threads and some have one holds two kinds of
    /// cores: those with two are the fast ones. Nothing else makes the counts uneven.
    private Reading<Integer> kindBySiblings(boolean performance) {
        Optional<Integer> threads = info.firstInt("siblings");
        Optional<Integer> cores = info.firstInt("cpu cores");
        if (!info.first("vendor_id").equals(Optional.of("GenuineIntel")) || threads.isEmpty() || cores.isEmpty()
                || online.size() != threads.get() || !host.cpuList(LinuxCpu.CPUS + "/present").equals(online)) {
            return Reading.unknown(ALIKE);
        }
        int both = threads.get() - cores.get();
        return both <= 0 || both >= cores.get()
                ? Reading.unknown(ALIKE)
                : Reading.known(performance ? both : cores.get() - both, CpuInfo.SOURCE + ", siblings and cpu cores");
    }

    private Reading<Integer> lowPower(Map<Integer, String> siblings) {
        SortedSet<Integer> slowest = host.cpuList(LOW_POWER);
        return slowest.isEmpty() || siblings.isEmpty()
                ? Reading.unknown("the kernel tells of no third kind of cores")
                : Reading.known(cores(siblings, slowest), LOW_POWER);
    }

    private static int cores(Map<Integer, String> siblings, Set<Integer> cpus) {
        return siblings.entrySet().stream().filter(entry -> cpus.contains(entry.getKey())).map(Map.Entry::getValue)
                .collect(Collectors.toSet()).size();
    }

    private Reading<Integer> kindByCapacity(boolean performance) {
        List<Long> capacities = online.stream().map(cpu -> host.number(folder(cpu) + "/cpu_capacity"))
                .flatMap(Optional::stream).toList();
        if (online.isEmpty() || capacities.size() < online.size()) {
            return Reading.unknown(ALIKE);
        }
        // cores of one kind differ by some percent from bin to bin
        long best = capacities.stream().mapToLong(Long::longValue).max().orElse(0);
        return split(capacities, best * 4 / 5, performance, LinuxCpu.CPUS + "/cpu*/cpu_capacity");
    }

    private Reading<Integer> kindByDesign(boolean performance) {
        List<Long> tiers = info.tiers().stream().map(Integer::longValue).toList();
        if (online.isEmpty() || tiers.size() < online.size()) {
            return Reading.unknown(ALIKE);
        }
        long slowest = tiers.stream().mapToLong(Long::longValue).min().orElse(0);
        return split(tiers, slowest + 1, performance, CpuInfo.SOURCE + ", CPU part");
    }

    private static Reading<Integer> split(List<Long> speeds, long fastFrom, boolean performance, String source) {
        int fast = (int) speeds.stream().filter(speed -> speed >= fastFrom).count();
        if (fast == 0 || fast == speeds.size()) {
            return Reading.unknown(ALIKE);
        }
        return Reading.known(performance ? fast : speeds.size() - fast, source);
    }

    private static String folder(int cpu) {
        return LinuxCpu.CPUS + "/cpu" + cpu;
    }
}
