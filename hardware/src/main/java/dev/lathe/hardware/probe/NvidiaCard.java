package dev.lathe.hardware.probe;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes a card of what nvidia-smi prints about it, under the names of its `--query-gpu` columns, and of its complaints.
final class NvidiaCard {
    static final String KERNEL = "/proc/driver/nvidia/version";
    static final String SOURCE = "nvidia-smi";
    private static final Pattern MODULE = Pattern.compile("Kernel Module\\s+(?:for \\S+\\s+)?(\\d[\\d.]*)");
    private static final Pattern LIBRARY = Pattern.compile("NVML library version: (\\d[\\d.]*)");
    private static final Pattern LOST = Pattern
            .compile("handle for GPU ?([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\\.[0-9A-Fa-f])");
    private static final long BYTES_PER_MEBIBYTE = 1L << 20;
    private static final long HERTZ_PER_MEGAHERTZ = 1_000_000;

    private NvidiaCard() {}

    /// A card by its columns. What nvidia-smi does not know it prints in brackets: `[N/A]`, `[Not Supported]`.
    static Gpu of(Map<String, String> columns) {
        Reading<String> name = text(columns, "name");
        Reading<Long> memory = number(columns, "memory.total")
                .map(mebibytes -> mebibytes.longValue() * BYTES_PER_MEBIBYTE);
        boolean ownMemory = memory instanceof Reading.Known<Long>;
        boolean board = name.toOptional().filter(it -> it.contains("nvgpu")).isPresent();
        Gpu unknown = Gpu.unknown(SOURCE + " does not tell");
        Identity identity = new Identity(Reading.known("NVIDIA", SOURCE), name,
                text(columns, "pci.device_id").map(NvidiaCard::pciId),
                text(columns, "pci.bus_id").map(NvidiaCard::slot),
                unknown.identity().node());
        return unknown.with(identity)
                .withIntegrated(
                        Reading.known(!ownMemory, SOURCE + " shows " + (ownMemory ? "" : "no ") + "memory of its own"))
                .with(new Gpu.Memory(memory, unknown.memory().sharedBytes(),
                        ownMemory
                                ? Reading.known(false, SOURCE + ", memory.total")
                                : Reading.known(true, SOURCE + " shows no memory of its own")))
                .with(new Driver(Reading.known(board ? "nvgpu" : "nvidia", SOURCE), text(columns, "driver_version"),
                        unknown.driver().firmware(), text(columns, "cuda_version").map(version -> "CUDA " + version),
                        Reading.known(new Driver.State.Works(), SOURCE)))
                .withCompute(text(columns, "compute_cap"), unknown.units())
                .withPartitions(text(columns, "mig.mode.current")
                        .map(mode -> new Gpu.Partitions(mode.equals("Enabled"), List.of())))
                .with(load(columns));
    }

    private static Gpu.Load load(Map<String, String> columns) {
        return new Gpu.Load(hertz(columns, "clocks.gr"), hertz(columns, "clocks.max.gr"), hertz(columns, "clocks.mem"),
                milliwatts(columns, "power.draw"), milliwatts(columns, "enforced.power.limit"),
                number(columns, "temperature.gpu"), number(columns, "utilization.gpu").map(Double::intValue),
                number(columns, "memory.used").map(mebibytes -> mebibytes.longValue() * BYTES_PER_MEBIBYTE));
    }

    private static Reading<Long> hertz(Map<String, String> columns, String column) {
        return number(columns, column).map(megahertz -> Math.round(megahertz * HERTZ_PER_MEGAHERTZ));
    }

    private static Reading<Long> milliwatts(Map<String, String> columns, String column) {
        return number(columns, column).map(watts -> Math.round(watts * 1000));
    }

    private static Reading<String> text(Map<String, String> columns, String column) {
        String text = columns.getOrDefault(column, "").strip();
        if (text.isEmpty()) {
            return Reading.unknown(SOURCE + " does not show " + column);
        }
        return text.startsWith("[") || text.equals("N/A") || text.startsWith("Unknown")
                ? Reading.unknown(SOURCE + " says " + text + " for " + column)
                : Reading.known(text, SOURCE + " " + column);
    }

    /// A number, with or without its unit.
    private static Reading<Double> number(Map<String, String> columns, String column) {
        return switch (text(columns, column)) {
            case Reading.Known<String>(String text, String source) -> {
                Optional<Double> number = Numbers.toDouble(text.split(" ", -1)[0]);
                yield Facts.of(number, source, SOURCE + " says " + text + " for " + column);
            }
            case Reading.Unknown<String>(String why) -> Reading.unknown(why);
        };
    }

    /// `0x233010DE` has the device first.
    private static String pciId(String both) {
        String digits = both.toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
        return digits.length() == 8 ? digits.substring(4) + ":" + digits.substring(0, 4) : digits;
    }

    /// `00000000:0C:00.0` as the kernel writes it: `0000:0c:00.0`.
    static String slot(String busId) {
        String slot = busId.toLowerCase(Locale.ROOT);
        int domain = slot.indexOf(':');
        return domain > 4 ? slot.substring(domain - 4) : slot;
    }

    /// What a complaint means for the cards: one that is named has failed, or all that the driver has bound.
    static List<Device> failed(Host host, String words) {
        List<Device> cards = new ArrayList<>();
        Reading<Driver.State> state = Reading.known(new Driver.State.Failed(words), SOURCE);
        Matcher lost = LOST.matcher(words);
        while (lost.find()) {
            Gpu unknown = Gpu.unknown(SOURCE + ": " + words);
            Identity identity = unknown.identity().withVendor(Reading.known("NVIDIA", SOURCE))
                    .withPci(unknown.identity().pciId(), Reading.known(slot(lost.group(1)), SOURCE));
            cards.add(unknown.with(identity).withIntegrated(Reading.known(false, "NVIDIA, on the PCI bus"))
                    .with(unknown.driver().withName(Reading.known("nvidia", SOURCE)).withState(state)));
        }
        if (!cards.isEmpty()) {
            return cards;
        }
        for (Device device : new PciGpu().find(host)) {
            if (device instanceof Gpu gpu && gpu.driver().name().toOptional().filter("nvidia"::equals).isPresent()) {
                cards.add(gpu.with(gpu.driver().withState(state)));
            }
        }
        return cards;
    }

    /// Tells of a kernel module and a library of different versions, which happens after an update without a restart.
    static void reportMismatch(Host host, String words) {
        if (!words.contains("version mismatch")) {
            return;
        }
        String module = kernelModule(host).orElse("of another version");
        Matcher library = LIBRARY.matcher(words);
        host.report(Problem.warning("nvidia-driver-mismatch", "NVIDIA driver", "the kernel module is " + module
                + (library.find() ? " and the library is " + library.group(1) : " and the library is not"),
                "Restart the machine, so that both are of one version."));
    }

    /// The version of the loaded kernel module.
    static Optional<String> kernelModule(Host host) {
        return host.read(KERNEL).map(MODULE::matcher).filter(Matcher::find).map(matcher -> matcher.group(1));
    }
}
