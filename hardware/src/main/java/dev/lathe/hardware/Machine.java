package dev.lathe.hardware;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// A machine: its devices, its memory, and how much of them we may use.
///
/// @param platform the system, and the virtual machine or container around it
/// @param cpu the processor
/// @param memory of the whole machine
/// @param gpus graphics processors
/// @param npus neural processing units
/// @param limits what we may use
/// @param disagreements where two sources tell different things of one device
/// @param problems what is wrong with the machine, beyond what the devices' states say
public record Machine(Platform platform, Cpu cpu, Memory memory, List<Gpu> gpus, List<Npu> npus, Limits limits,
        List<Disagreement> disagreements, List<Problem> problems) {
    private static final int FINGERPRINT_DIGITS = 12;
    private static final long BYTES_PER_GIBIBYTE = 1L << 30;

    /// Copies the lists.
    public Machine {
        gpus = List.copyOf(gpus);
        npus = List.copyOf(npus);
        disagreements = List.copyOf(disagreements);
        problems = List.copyOf(problems);
    }

    /// All devices: the processor, then graphics processors, then neural processing units.
    public List<Device> devices() {
        List<Device> devices = new ArrayList<>();
        devices.add(cpu);
        devices.addAll(gpus);
        devices.addAll(npus);
        return List.copyOf(devices);
    }

    /// Looks at a host with every probe there is; see [Detection#of(Host)] for what each of them did.
    public static Machine detect(Host host) {
        return Detection.of(host).machine();
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
            // a name comes from whichever tool answers in time, and would change the fingerprint
            Identity card = gpus.get(i).identity();
            cards.add(card.pciId().toOptional().orElseGet(() -> text(card.name())) + " " + i);
        }
        parts.addAll(cards);
        return Sha256.ofText(String.join("\n", parts)).substring(0, FINGERPRINT_DIGITS);
    }

    private static String text(Reading<?> reading) {
        return reading.toOptional().map(Object::toString).orElse("");
    }
}
