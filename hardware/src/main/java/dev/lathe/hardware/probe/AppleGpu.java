package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import dev.lathe.hardware.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Graphics processors of a Mac as `system_profiler` lists them; its displays are no devices of their own.
@AutoService(Probe.class)
public final class AppleGpu implements Probe {
    private static final String SOURCE = "system_profiler";

    @Override
    public String title() {
        return "macOS' system_profiler, displays";
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
        Reading<String> text = host.run(SOURCE, "SPDisplaysDataType", "-json");
        return text.toOptional().map(json -> parse(json, memory(host))).orElse(List.of());
    }

    private static Reading<Long> memory(Host host) {
        Optional<Long> bytes = host.run("sysctl", "hw", "machdep.cpu").toOptional().flatMap(text -> text.lines()
                .filter(line -> line.startsWith("hw.memsize: ")).findFirst())
                .flatMap(line -> Numbers.toLong(line.substring("hw.memsize: ".length())));
        return Facts.of(bytes, "sysctl hw.memsize", "sysctl shows no hw.memsize");
    }

    static List<Device> parse(String json, Reading<Long> memory) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException _) {
            return List.of();
        }
        List<Device> found = new ArrayList<>();
        root.path("SPDisplaysDataType").forEach(entry -> {
            if (!entry.has("sppci_device_type")
                    || entry.path("sppci_device_type").asString("").equals("spdisplays_gpu")) {
                found.add(gpu(entry, memory));
            }
        });
        return found;
    }

    private static Gpu gpu(JsonNode entry, Reading<Long> memory) {
        Gpu unknown = Gpu.unknown(SOURCE + " does not tell");
        // sppci_vendor_Apple; "AMD (0x1002)" on older machines
        String vendor = entry.path("spdisplays_vendor").asString("").replaceFirst("^sppci_vendor_", "")
                .replaceFirst("\\s*\\(0x.*$", "");
        boolean apple = vendor.equals("Apple");
        boolean builtIn = entry.path("sppci_bus").asString("").equals("spdisplays_builtin");
        Optional<String> vendorId = hex(vendor.isEmpty() ? "" : entry.path("spdisplays_vendor").asString(""))
                .or(() -> hex(entry.path("spdisplays_vendor-id").asString("")));
        Optional<String> deviceId = hex(entry.path("spdisplays_device-id").asString(""));
        Identity identity = unknown.identity().withVendor(text(vendor.isEmpty() ? "" : vendor, "spdisplays_vendor"))
                .withName(text(entry.path("sppci_model").asString(""), "sppci_model")
                        .or(text(entry.path("_name").asString(""), "_name")))
                .withPci(Facts.of(vendorId.flatMap(one -> deviceId.map(two -> one + ":" + two)), SOURCE,
                        SOURCE + " shows no PCI id"), unknown.identity().pciSlot());
        Reading<Boolean> unified = Reading.known(apple, SOURCE + ", vendor");
        Optional<Long> own = Numbers.bytes(entry.path("spdisplays_vram").asString(""));
        boolean metal = entry.path("spdisplays_mtlgpufamilysupport").asString("").startsWith("spdisplays_metal")
                || entry.path("spdisplays_metal").asString("").startsWith("spdisplays_supported");
        return unknown.with(identity).withIntegrated(Reading.known(apple || builtIn, SOURCE + ", sppci_bus"))
                .with(new Gpu.Memory(Facts.of(own, SOURCE + " spdisplays_vram",
                        apple ? "it works in the machine's memory" : SOURCE + " shows no spdisplays_vram"),
                        apple ? memory : unknown.memory().sharedBytes(), unified))
                .with(unknown.driver().withName(metal
                        ? Reading.known("metal", SOURCE)
                        : Reading.unknown(SOURCE + " shows no Metal family"))
                        .withState(metal
                                ? Reading.known(new Driver.State.Works(), SOURCE)
                                : Reading.unknown(SOURCE + " shows no Metal family")))
                .withCompute(unknown.compute(), Facts.of(Numbers.toInt(entry.path("sppci_cores").asString("")), SOURCE,
                        SOURCE + " shows no sppci_cores"));
    }

    private static Reading<String> text(String text, String field) {
        return text.isBlank() ? Reading.unknown(SOURCE + " shows no " + field) : Reading.known(text.strip(), SOURCE);
    }

    private static Optional<String> hex(String text) {
        int start = text.toLowerCase(Locale.ROOT).indexOf("0x");
        return start < 0 || text.length() < start + 6
                ? Optional.empty()
                : Optional.of(text.substring(start + 2, start + 6).toLowerCase(Locale.ROOT));
    }
}
