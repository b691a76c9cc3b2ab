package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.InstructionSets;
import dev.lathe.hardware.Probe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/// The processor as macOS' `sysctl` shows it.
@AutoService(Probe.class)
public final class MacCpu implements Probe {
    private static final String SOURCE = "sysctl hw machdep.cpu";

    /// What `hw.optional.` calls a feature, and the kernel-spelled flag it means. Source: Apple, "Determining instruction
    /// set characteristics".
    private static final Map<String, String> FLAGS = Map.ofEntries(Map.entry("neon", "asimd"),
            Map.entry("AdvSIMD", "asimd"), Map.entry("arm.AdvSIMD", "asimd"), Map.entry("arm.FEAT_FP16", "asimdhp"),
            Map.entry("arm.FEAT_DotProd", "asimddp"), Map.entry("arm.FEAT_FHM", "asimdfhm"),
            Map.entry("arm.FEAT_I8MM", "i8mm"), Map.entry("arm.FEAT_BF16", "bf16"), Map.entry("arm.FEAT_SME", "sme"),
            Map.entry("arm.FEAT_SME2", "sme2"), Map.entry("sse4_2", "sse4_2"), Map.entry("avx1_0", "avx"),
            Map.entry("f16c", "f16c"), Map.entry("fma", "fma"), Map.entry("avx2_0", "avx2"),
            Map.entry("avx512f", "avx512f"), Map.entry("avx512bw", "avx512bw"), Map.entry("avx512vl", "avx512vl"),
            Map.entry("avx512vnni", "avx512_vnni"));

    @Override
    public String title() {
        return "macOS' sysctl";
    }

    @Override
    public boolean isEssential() {
        return true;
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public List<Device> find(Host host) {
        if (!host.natives().operatingSystem().equals("macos")) {
            return List.of();
        }
        return switch (host.run("sysctl", "hw", "machdep.cpu")) {
            case Reading.Known<String>(String text, String _) -> List.of(parse(text));
            case Reading.Unknown<String> _ -> List.of();
        };
    }

    static Cpu parse(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                pairs.put(line.substring(0, colon), line.substring(colon + 2).strip());
            }
        });
        Reading<String> model = read(pairs, "machdep.cpu.brand_string", Optional::of);
        Reading<String> vendor = read(pairs, "machdep.cpu.vendor", Optional::of)
                .or(model.toOptional().filter(name -> name.startsWith("Apple"))
                        .<Reading<String>>map(_ -> Reading.known("Apple", SOURCE))
                        .orElse(Reading.unknown("sysctl names no vendor")));
        String noPolicy = "macOS shows no such policy";
        return new Cpu(vendor, model, Reading.unknown("sysctl names none"), cores(pairs), caches(pairs),
                new Cpu.Clock(read(pairs, "hw.cpufrequency", Numbers::toLong),
                        read(pairs, "hw.cpufrequency_max", Numbers::toLong), Reading.unknown("macOS does not show it"),
                        Reading.unknown(noPolicy)),
                isa(pairs));
    }

    private static Cpu.Cores cores(Map<String, String> pairs) {
        boolean twoKinds = "2".equals(pairs.get("hw.nperflevels"));
        Reading<Integer> alike = Reading.unknown("sysctl tells of no two kinds of cores");
        return new Cpu.Cores(read(pairs, "hw.packages", Numbers::toInt), read(pairs, "hw.physicalcpu", Numbers::toInt),
                read(pairs, "hw.logicalcpu", Numbers::toInt),
                twoKinds ? read(pairs, "hw.perflevel0.physicalcpu", Numbers::toInt) : alike,
                twoKinds ? read(pairs, "hw.perflevel1.physicalcpu", Numbers::toInt) : alike, alike, smt(pairs),
                Reading.unknown("macOS tells of no parts of memory"));
    }

    private static Reading<Boolean> smt(Map<String, String> pairs) {
        Reading<Integer> threads = read(pairs, "hw.logicalcpu", Numbers::toInt);
        Reading<Integer> cores = read(pairs, "hw.physicalcpu", Numbers::toInt);
        return cores.toOptional().map(count -> threads.map(each -> each > count))
                .orElse(Reading.unknown("sysctl shows no hw.physicalcpu"));
    }

    /// `hw.l1dcachesize` is that of the efficiency cores; the performance cores' stands under `hw.perflevel0`.
    private static Cpu.Caches caches(Map<String, String> pairs) {
        int cores = Numbers.toInt(pairs.getOrDefault("hw.perflevel0.physicalcpu", "")).orElse(0);
        int perL2 = Numbers.toInt(pairs.getOrDefault("hw.perflevel0.cpusperl2", "")).orElse(1);
        Function<Integer, Function<String, Optional<Cpu.Cache>>> cache = instances -> text -> Numbers.toLong(text)
                .filter(_ -> instances > 0).map(size -> new Cpu.Cache(size, instances));
        return new Cpu.Caches(read(pairs, "hw.perflevel0.l1dcachesize", cache.apply(cores)),
                read(pairs, "hw.perflevel0.l1icachesize", cache.apply(cores)),
                read(pairs, "hw.perflevel0.l2cachesize", cache.apply(Math.ceilDiv(cores, Math.max(1, perL2)))),
                Reading.unknown("sysctl shows no L3 cache"));
    }

    private static Reading<SortedSet<String>> isa(Map<String, String> pairs) {
        Set<String> flags = new TreeSet<>();
        pairs.forEach((key, value) -> {
            String flag = FLAGS.get(key.replaceFirst("^hw\\.optional\\.", ""));
            if (flag != null && value.equals("1")) {
                flags.add(flag);
            }
        });
        return flags.isEmpty()
                ? Reading.unknown("sysctl shows no hw.optional")
                : Reading.known(InstructionSets.relevant(flags), "sysctl hw.optional");
    }

    private static <T> Reading<T> read(Map<String, String> pairs, String key, Function<String, Optional<T>> parse) {
        return Optional.ofNullable(pairs.get(key)).filter(text -> !text.isEmpty()).flatMap(parse)
                .<Reading<T>>map(value -> Reading.known(value, "sysctl " + key))
                .orElse(Reading.unknown("sysctl shows no " + key));
    }
}
