package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A machine as aligned lines of text for people.
public final class MachineText {
    private static final int LABEL_WIDTH = 18;

    private MachineText() {}

    /// One line per part, each ending with a line break; what is not known says so, and why.
    public static String of(Machine machine) {
        return of(machine, Ladder::of);
    }

    /// The same, with ladders that somebody else has looked further up.
    ///
    /// @param ladders the ladder of each device of the machine
    public static String of(Machine machine, Function<? super Device, Ladder> ladders) {
        List<String> lines = new ArrayList<>();
        add(lines, "CPU", cpu(machine.cpu()));
        add(lines, "Clock", clock(machine.cpu().clock()));
        add(lines, "Caches", caches(machine.cpu().caches()));
        add(lines, "Instruction sets", instructionSets(machine));
        add(lines, "8-bit arithmetic", int8(machine));
        add(lines, "CPU limit", cpuLimit(machine));
        add(lines, "Memory", memory(machine));
        add(lines, "Memory limit", memoryLimit(machine.limits()));
        if (machine.gpus().isEmpty()) {
            add(lines, "GPU", "none found");
        }
        machine.gpus().forEach(gpu -> {
            add(lines, "GPU", gpu(gpu));
            String load = load(gpu.load());
            if (!load.isEmpty()) {
                add(lines, "GPU now", load);
            }
            add(lines, "GPU stands", ladders.apply(gpu).sentence());
        });
        machine.npus().forEach(npu -> {
            add(lines, "NPU", npu(npu));
            add(lines, "NPU stands", ladders.apply(npu).sentence());
        });
        add(lines, "System", system(machine.platform()));
        add(lines, "Virtual machine", yesNo(machine.platform().virtualised(), machine.platform().hypervisor()));
        add(lines, "Container", yesNo(machine.platform().container(), machine.platform().containerEngine()));
        machine.disagreements().forEach(it -> add(lines, "Sources differ", it.sentence()));
        machine.problems().forEach(problem -> add(lines, "Trouble", problem.sentence()));
        return String.join("", lines);
    }

    private static void add(List<String> lines, String label, String text) {
        lines.add(label + " ".repeat(LABEL_WIDTH - label.length()) + text + "\n");
    }

    private static String cpu(Cpu cpu) {
        Cpu.Cores cores = cpu.cores();
        String design = cpu.microarchitecture().toOptional()
                .filter(name -> !cpu.model().toOptional().orElse("").contains(name))
                .map(name -> " (" + name + ")").orElse("");
        String kinds = cores.performance().toOptional().flatMap(fast -> cores.efficiency().toOptional()
                .map(slow -> ", " + fast + " performance and " + slow + " efficiency cores")).orElse("")
                + known(cores.lowPower(), count -> ", " + count + " low-power cores");
        return show(cpu.model(), Function.identity()) + design + ", " + counted(cores.packages(), "package") + ", "
                + counted(cores.physical(), "core") + ", " + counted(cores.logical(), "thread") + kinds
                + known(cores.smt(), on -> ", SMT " + (on ? "on" : "off"))
                + known(cores.numaNodes(), nodes -> ", " + nodes + (nodes == 1 ? " NUMA node" : " NUMA nodes"));
    }

    private static String counted(Reading<Integer> reading, String noun) {
        return switch (reading) {
            case Reading.Known<Integer>(Integer count, String _) -> count + " " + noun + (count == 1 ? "" : "s");
            case Reading.Unknown<Integer>(String why) -> noun + "s unknown (" + why + ")";
        };
    }

    private static String clock(Cpu.Clock clock) {
        return "base " + show(clock.baseHz(), MachineText::gigahertz) + ", highest "
                + show(clock.maxHz(), MachineText::gigahertz) + ", now "
                + show(clock.currentHz(), MachineText::gigahertz)
                + ", governor " + show(clock.governor(), Function.identity());
    }

    private static String gigahertz(long hertz) {
        return String.format(Locale.ROOT, "%.2f GHz", hertz / 1e9);
    }

    private static String caches(Cpu.Caches caches) {
        return "L1d " + show(caches.l1d(), MachineText::cache) + ", L1i " + show(caches.l1i(), MachineText::cache)
                + ", L2 "
                + show(caches.l2(), MachineText::cache) + ", L3 " + show(caches.l3(), MachineText::cache);
    }

    private static String cache(Cpu.Cache cache) {
        return size(cache.sizeBytes()) + (cache.instances() == 1 ? "" : " x " + cache.instances());
    }

    private static String instructionSets(Machine machine) {
        return show(machine.cpu().isa(), isa -> {
            List<InstructionSets.Family> families = InstructionSets
                    .families(machine.platform().architecture().toOptional().orElse(""));
            String there = labels(families, isa, true);
            String absent = labels(families, isa, false);
            return (there.isEmpty() ? "none of those that matter" : there)
                    + (absent.isEmpty() ? "" : "; not " + absent);
        });
    }

    private static String labels(List<InstructionSets.Family> families, Set<String> isa, boolean there) {
        return families.stream().filter(family -> family.isIn(isa) == there).map(InstructionSets.Family::label)
                .collect(Collectors.joining(", "));
    }

    private static String int8(Machine machine) {
        if (machine.cpu().isa() instanceof Reading.Unknown<?>) {
            return "taken to be without a dot product, since the instruction sets are unknown";
        }
        return machine.hasInt8DotProduct() ? "dot product, sums exactly" : "no dot product";
    }

    private static String cpuLimit(Machine machine) {
        Limits limits = machine.limits();
        String version = limits.cgroupVersion().toOptional().map(it -> " (cgroup v" + it + ")").orElse("");
        String quota = limit(limits.cpus(), cpus -> String.format(Locale.ROOT, "%.4g CPUs", cpus)
                .replaceFirst("\\.?0+ ", " "));
        String set = limits.cpuset().toOptional().flatMap(Limits.Limit::toOptional)
                .or(() -> limits.affinity().toOptional().flatMap(Limits.Limit::toOptional))
                .map(cpus -> ", only CPUs " + cpus.stream().map(String::valueOf).collect(Collectors.joining(",")))
                .orElse("");
        int usable = machine.usableCpus();
        return quota + version + set + "; " + usable + (usable == 1 ? " CPU" : " CPUs") + " usable";
    }

    private static String memory(Machine machine) {
        return show(machine.memory().totalBytes(), MachineText::size) + ", "
                + show(machine.memory().availableBytes(), bytes -> size(bytes) + " available");
    }

    private static String memoryLimit(Limits limits) {
        return limit(limits.memoryBytes(), MachineText::size);
    }

    private static <T> String limit(Reading<Limits.Limit<T>> limit, Function<T, String> text) {
        return show(limit, set -> set.toOptional().map(text).orElse("none"));
    }

    private static String gpu(Gpu gpu) {
        Gpu.Memory memory = gpu.memory();
        boolean unified = memory.unified().toOptional().orElse(false)
                && memory.totalBytes() instanceof Reading.Unknown<Long>;
        return place(gpu.identity()) + ", memory "
                + (unified ? "shared with the processor" : show(memory.totalBytes(), MachineText::size))
                + known(memory.sharedBytes(), bytes -> " (and up to " + size(bytes) + " of the machine's)")
                + known(gpu.compute(), it -> ", compute " + it) + known(gpu.units(), it -> ", " + it + " units")
                + known(gpu.partitions(), MachineText::partitions) + ", " + driver(gpu.driver());
    }

    private static String partitions(Gpu.Partitions partitions) {
        if (!partitions.enabled()) {
            return "";
        }
        return ", cut by MIG into " + (partitions.slices().isEmpty()
                ? "nothing yet"
                : partitions.slices().stream()
                        .map(slice -> slice.name() + known(slice.memoryBytes(), bytes -> " of " + size(bytes)))
                        .collect(Collectors.joining(", ")));
    }

    private static String npu(Npu npu) {
        return place(npu.identity()) + known(npu.cores(), count -> ", " + count + " cores")
                + known(npu.maxClockHz(), hertz -> ", up to " + gigahertz(hertz)) + ", " + driver(npu.driver());
    }

    private static String place(Identity identity) {
        String at = identity.pciId().toOptional().map(id -> id + known(identity.pciSlot(), slot -> " at " + slot))
                .or(identity.pciSlot()::toOptional).map(text -> " [" + text + "]").orElse("");
        return identity.label() + at + known(identity.node(), node -> ", " + node);
    }

    private static String driver(Driver driver) {
        String name = driver.label().isBlank()
                ? "driver " + show(driver.name(), Function.identity())
                : "driver " + driver.label().strip();
        return name + known(driver.offers(), it -> " with " + it)
                + known(driver.firmware(), version -> ", firmware " + version);
    }

    /// What it does now; empty if nothing is known.
    private static String load(Gpu.Load load) {
        String text = known(load.utilisationPercent(), percent -> ", " + percent + " % busy")
                + known(load.clockHz(), hertz -> ", " + gigahertz(hertz))
                + known(load.maxClockHz(), hertz -> " of up to " + gigahertz(hertz))
                + known(load.memoryClockHz(), hertz -> ", memory " + gigahertz(hertz))
                + known(load.usedBytes(), bytes -> ", " + size(bytes) + " used")
                + known(load.powerMilliwatts(), MachineText::watts)
                + known(load.powerLimitMilliwatts(), limit -> " (limit" + watts(limit).substring(1) + ")")
                + known(load.temperatureCelsius(), celsius -> String.format(Locale.ROOT, ", %.0f °C", celsius));
        return text.isEmpty() ? "" : text.replaceFirst("^(, | of )", "");
    }

    private static String watts(long milliwatts) {
        return String.format(Locale.ROOT, ", %.0f W", milliwatts / 1000.0);
    }

    private static <T> String known(Reading<T> reading, Function<? super T, String> text) {
        return reading.toOptional().<String>map(text).orElse("");
    }

    private static String system(Platform platform) {
        return show(platform.operatingSystem(), Function.identity()) + ", kernel "
                + show(platform.kernel(), Function.identity()) + ", "
                + show(platform.architecture(), Function.identity()) + known(platform.board(), name -> ", " + name);
    }

    private static String yesNo(Reading<Boolean> there, Reading<String> kind) {
        return show(there, yes -> yes ? show(kind, Function.identity(), "yes, of unknown kind") : "no");
    }

    private static <T> String show(Reading<T> reading, Function<? super T, String> text) {
        return show(reading, text, "unknown");
    }

    private static <T> String show(Reading<T> reading, Function<? super T, String> text, String unknown) {
        return switch (reading) {
            case Reading.Known<T>(T value, String _) -> text.apply(value);
            case Reading.Unknown<T>(String why) -> unknown + " (" + why + ")";
        };
    }

    /// Bytes in the largest unit that leaves at least one of it: `48 KiB`, `1.5 MiB`, `23.5 GiB`.
    static String size(long bytes) {
        double number = bytes;
        int unit = 0;
        while (number >= 1024 && unit < 4) {
            number /= 1024;
            unit++;
        }
        String text = String.format(Locale.ROOT, number < 100 ? "%.1f" : "%.0f", number).replaceFirst("\\.0$", "");
        return text + " " + List.of("bytes", "KiB", "MiB", "GiB", "TiB").get(unit);
    }
}
