package dev.lathe.hardware;

import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A machine: its devices, its memory, and how much of them we may use.
///
/// @param platform the system, and the virtual machine or container around it
/// @param cpu the processor
/// @param memory of the whole machine
/// @param gpus graphics processors
/// @param npus neural processing units
/// @param limits what we may use
public record Machine(Platform platform, Cpu cpu, Memory memory, List<Gpu> gpus, List<Npu> npus, Limits limits) {
    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
    private static final int FINGERPRINT_DIGITS = 12;
    private static final long BYTES_PER_GIBIBYTE = 1L << 30;

    /// Copies the lists.
    public Machine {
        gpus = List.copyOf(gpus);
        npus = List.copyOf(npus);
    }

    /// Looks at a host with every probe there is. Never throws for what it finds; what cannot be read is Unknown.
    ///
    /// *Cost:* on Linux some hundred small files, no process unless a graphics card has to be named.
    public static Machine detect(Host host) {
        List<Probe> probes = ServiceLoader.load(Probe.class, Machine.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get).toList();
        return detect(host, probes);
    }

    static Machine detect(Host host, List<Probe> probes) {
        Cpu cpu = Cpu.unknown("no source told of a processor");
        boolean found = false;
        List<Gpu> gpus = new ArrayList<>();
        List<Npu> npus = new ArrayList<>();
        for (Probe probe : probes.stream().sorted(Comparator.comparingInt(Probe::rank)).toList()) {
            List<Gpu> more = new ArrayList<>();
            for (Device device : find(probe, host)) {
                switch (device) {
                    case Cpu view -> {
                        cpu = found ? cpu.or(view) : view;
                        found = true;
                    }
                    case Gpu gpu -> more.add(gpu);
                    case Npu npu -> npus.add(npu);
                }
            }
            gpus = merge(gpus, more);
        }
        return new Machine(Platform.read(host), cpu, Memory.read(host), gpus, npus, Limits.read(host));
    }

    private static List<Device> find(Probe probe, Host host) {
        try {
            return probe.find(host);
        } catch (RuntimeException e) {
            // one source that trips over something unforeseen must not hide what the others know
            LOG.warn("{} failed and is left out", probe.getClass().getSimpleName(), e);
            return List.of();
        }
    }

    /// Two sources' cards put together: the same PCI id is the same card, the second of that id the second card.
    static List<Gpu> merge(List<Gpu> known, List<Gpu> more) {
        List<Gpu> merged = new ArrayList<>(known);
        Set<Integer> free = new TreeSet<>();
        for (int i = 0; i < known.size(); i++) {
            free.add(i);
        }
        for (Gpu gpu : more) {
            Optional<Integer> twin = free.stream().filter(i -> sameId(merged.get(i), gpu)).findFirst();
            if (twin.isPresent()) {
                free.remove(twin.get());
                merged.set(twin.get(), merged.get(twin.get()).or(gpu));
            } else {
                merged.add(gpu);
            }
        }
        return merged;
    }

    private static boolean sameId(Gpu one, Gpu other) {
        return one.pciId().toOptional().isPresent()
                && Objects.equals(one.pciId().toOptional(), other.pciId().toOptional());
    }

    /// How many CPUs can be kept busy, and so the default number of threads: the smallest of those online, those
    /// allowed by cpuset and affinity, and the quota rounded up. Never 0.
    public int usableCpus() {
        if (limits.onlineCpus() instanceof Reading.Unknown<Integer>) {
            Limits filled = new Limits(limits.cgroupVersion(), limits.cpus(), limits.memoryBytes(), limits.cpuset(),
                    limits.affinity(), cpu.cores().logical());
            return filled.usableCpus();
        }
        return limits.usableCpus();
    }

    /// The memory we may use, in bytes: the smaller of the machine's and the control group's limit.
    public Reading<Long> usableMemoryBytes() {
        Reading<Long> total = memory.totalBytes();
        Optional<Long> limit = limits.memoryBytes().toOptional().flatMap(Limits.Limit::toOptional);
        boolean limited = limit.isPresent() && total.toOptional().map(bytes -> limit.get() < bytes).orElse(true);
        return limited ? limits.memoryBytes().map(set -> set.toOptional().orElseThrow()) : total;
    }

    /// What arithmetic the processor offers, for keys: `x86-64/vnni`, `aarch64/dotprod`, or `x86-64/unknown`.
    ///
    /// x86-64 climbs base, avx, avx2, avx512, vnni, amx; aarch64 base, neon, dotprod, i8mm; riscv64 base, vector.
    public String capabilityKey() {
        String architecture = platform.architecture().toOptional().orElse("unknown").replace("x86_64", "x86-64");
        return architecture + "/" + cpu.isa().toOptional().map(InstructionSets::capability).orElse("unknown");
    }

    /// Whether 8-bit products are summed without saturating on the way, so that weights may use all 8 bits.
    ///
    /// False also where the instruction sets are not known: 7 bits are right everywhere.
    public boolean hasInt8DotProduct() {
        return cpu.isa().toOptional().map(InstructionSets::sumInt8Exactly).orElse(false);
    }

    /// 12 hexadecimal digits that change when something changes that decides how fast a model runs.
    ///
    /// In it: the system, the processor's vendor, model, cores and instruction sets, CPU and memory limits, memory in GiB,
    /// the graphics processors. Not in it: what differs from minute to minute.
    public String fingerprint() {
        List<String> parts = new ArrayList<>();
        parts.add(text(platform.operatingSystem()));
        parts.add(text(platform.architecture()));
        parts.add(text(cpu.vendor()));
        parts.add(text(cpu.model()));
        parts.add(text(cpu.cores().packages()));
        parts.add(text(cpu.cores().physical()));
        parts.add(text(cpu.cores().logical()));
        parts.add(text(cpu.isa().map(isa -> String.join(" ", isa))));
        parts.add(String.valueOf(usableCpus()));
        parts.add(limits.cpus().toOptional().flatMap(Limits.Limit::toOptional).map(String::valueOf).orElse(""));
        // the kernel's own share of memory differs a little from one kernel to the next
        parts.add(text(usableMemoryBytes().map(bytes -> Math.ceilDiv(bytes, BYTES_PER_GIBIBYTE))));
        SortedSet<String> cards = new TreeSet<>();
        for (int i = 0; i < gpus.size(); i++) {
            cards.add(text(gpus.get(i).pciId()) + " " + text(gpus.get(i).name()) + " " + i);
        }
        parts.addAll(cards);
        return Sha256.ofText(String.join("\n", parts)).substring(0, FINGERPRINT_DIGITS);
    }

    private static String text(Reading<?> reading) {
        return reading.toOptional().map(Object::toString).orElse("");
    }
}
