package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Host;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/// Reads `/sys/devices/system/cpu/cpu*/cache`.
final class CacheFolders {
    private static final String SOURCE = LinuxCpu.CPUS + "/cpu*/cache";

    private CacheFolders() {}

    static Cpu.Caches read(Host host, SortedSet<Integer> online) {
        // kind of cache ("1 Data") -> size in bytes -> number of caches
        Map<String, NavigableMap<Long, Integer>> found = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (int cpu : online) {
            String folder = LinuxCpu.CPUS + "/cpu" + cpu + "/cache";
            for (String index : host.list(folder)) {
                if (index.startsWith("index")) {
                    count(host, folder + "/" + index, found, seen);
                }
            }
        }
        return new Cpu.Caches(largest(found, "1 Data"), largest(found, "1 Instruction"), largest(found, "2 Unified"),
                largest(found, "3 Unified"));
    }

    private static void count(Host host, String folder, Map<String, NavigableMap<Long, Integer>> found,
            Set<String> seen) {
        Optional<String> level = host.read(folder + "/level");
        Optional<String> type = host.read(folder + "/type");
        Optional<Long> size = host.read(folder + "/size").flatMap(Numbers::bytes);
        Optional<String> sharers = host.read(folder + "/shared_cpu_list");
        if (level.isEmpty() || type.isEmpty() || size.isEmpty() || sharers.isEmpty()) {
            return;
        }
        String kind = level.get() + " " + type.get();
        if (seen.add(kind + " " + sharers.get())) {
            found.computeIfAbsent(kind, _ -> new TreeMap<>()).merge(size.get(), 1, Integer::sum);
        }
    }

    private static Reading<Cpu.Cache> largest(Map<String, NavigableMap<Long, Integer>> found, String kind) {
        return Optional.ofNullable(found.get(kind))
                .map(NavigableMap::lastEntry).<Reading<Cpu.Cache>>map(
                        entry -> Reading.known(new Cpu.Cache(entry.getKey(), entry.getValue()), SOURCE))
                .orElse(Reading.unknown("not in " + SOURCE));
    }
}
