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
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The processor as util-linux `lscpu` shows it; asked only where `/proc` or `/sys` is incomplete.
@AutoService(Probe.class)
public final class LscpuCpu implements Probe {
    private static final String SOURCE = "lscpu";
    private static final Pattern CACHE = Pattern.compile("(.+?) \\((\\d+) instances?\\)");

    @Override
    public String title() {
        return "lscpu";
    }

    @Override
    public boolean isEssential() {
        return true;
    }

    @Override
    public int rank() {
        return 20;
    }

    @Override
    public List<Device> find(Host host) {
        boolean complete = host.exists(CpuInfo.SOURCE) && host.exists(LinuxCpu.CPUS + "/cpu0/topology");
        if (complete || !host.natives().operatingSystem().equals("linux")) {
            return List.of();
        }
        return switch (host.run(SOURCE)) {
            case Reading.Known<String>(String text, String _) -> List.of(parse(text));
            case Reading.Unknown<String> _ -> List.of();
        };
    }

    /// Reads lscpu's text in English; in another language its keys mean nothing, and everything is Unknown.
    static Cpu parse(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                pairs.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
            }
        });
        Reading<String> model = read(pairs, "Model name", Optional::of);
        return new Cpu(read(pairs, "Vendor ID", Optional::of), model, Reading.unknown("lscpu names none"), cores(pairs),
                new Cpu.Caches(cache(pairs, "L1d cache"), cache(pairs, "L1i cache"), cache(pairs, "L2 cache"),
                        cache(pairs, "L3 cache")),
                new Cpu.Clock(Reading.unknown("lscpu names no base frequency"),
                        read(pairs, "CPU max MHz", Numbers::megahertz), read(pairs, "CPU MHz", Numbers::megahertz),
                        Reading.unknown("lscpu names no governor")),
                read(pairs, "Flags", flags -> Optional.of(InstructionSets.relevant(CpuInfo.words(flags)))));
    }

    private static Cpu.Cores cores(Map<String, String> pairs) {
        Reading<Integer> sockets = read(pairs, "Socket(s)", Numbers::toInt);
        Reading<Integer> perSocket = read(pairs, "Core(s) per socket", Numbers::toInt);
        Reading<Integer> physical = sockets.toOptional()
                .flatMap(count -> perSocket.toOptional().map(each -> count * each))
                .<Reading<Integer>>map(count -> Reading.known(count, SOURCE))
                .orElse(Reading.unknown("lscpu shows no sockets and cores"));
        String why = "lscpu tells of no two kinds of cores";
        return new Cpu.Cores(sockets, physical, read(pairs, "CPU(s)", Numbers::toInt), Reading.unknown(why),
                Reading.unknown(why), Reading.unknown(why),
                read(pairs, "Thread(s) per core", Numbers::toInt).map(threads -> threads > 1),
                read(pairs, "NUMA node(s)", Numbers::toInt));
    }

    private static Reading<Cpu.Cache> cache(Map<String, String> pairs, String key) {
        return read(pairs, key, text -> {
            Matcher matcher = CACHE.matcher(text);
            return matcher.matches() ? Numbers.bytes(matcher.group(1)).map(total -> {
                int instances = Integer.parseInt(matcher.group(2));
                return new Cpu.Cache(total / instances, instances);
            }) : Optional.empty();
        });
    }

    private static <T> Reading<T> read(Map<String, String> pairs, String key, Function<String, Optional<T>> parse) {
        return Optional.ofNullable(pairs.get(key)).filter(text -> !text.isEmpty() && !text.equals("-")).flatMap(parse)
                .<Reading<T>>map(value -> Reading.known(value, SOURCE))
                .orElse(Reading.unknown("lscpu shows no " + key));
    }
}
