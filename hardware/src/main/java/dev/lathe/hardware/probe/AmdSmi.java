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

/// AMD's cards as `amd-smi` prints them, or its predecessor `rocm-smi` where there is no other.
@AutoService(Probe.class)
public final class AmdSmi implements Probe {
    private static final String SOURCE = "amd-smi";

    @Override
    public String title() {
        return "amd-smi, or rocm-smi";
    }

    @Override
    public int rank() {
        return 8;
    }

    @Override
    public List<Device> find(Host host) {
        return switch (host.run(SOURCE, "static", "--asic", "--bus", "--driver", "--vram", "--json")) {
            case Reading.Known<String>(String text, String _) -> parse(text);
            case Reading.Unknown<String>(String why) when why.contains("did not answer") -> List.of();
            case Reading.Unknown<String> _ ->
                host.run("rocm-smi", "--showallinfo", "--json").toOptional().map(RocmSmi::parse).orElse(List.of());
        };
    }

    /// A list, or an object that holds it as `gpu_data`: it changed from one version to the next.
    static List<Device> parse(String text) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(text);
        } catch (JacksonException _) {
            return List.of();
        }
        JsonNode list = root.isArray() ? root : root.path("gpu_data");
        List<Device> cards = new ArrayList<>();
        list.forEach(card -> {
            if (card.path("asic").isObject()) {
                cards.add(gpu(card));
            }
        });
        return cards;
    }

    private static Gpu gpu(JsonNode card) {
        Gpu unknown = Gpu.unknown(SOURCE + " does not tell");
        JsonNode asic = card.path("asic");
        Optional<String> vendor = text(asic, "vendor_id").map(AmdSmi::fourDigits);
        Optional<String> device = text(asic, "device_id").map(AmdSmi::fourDigits);
        Reading<String> pciId = Facts.of(vendor.flatMap(one -> device.map(two -> one + ":" + two)), SOURCE,
                SOURCE + " shows no device_id");
        Identity identity = new Identity(Reading.known("AMD", SOURCE), read(asic, "market_name"), pciId,
                read(card.path("bus"), "bdf").map(slot -> slot.toLowerCase(Locale.ROOT)), unknown.identity().node());
        return unknown.with(identity)
                .with(new Gpu.Memory(
                        Facts.of(size(card.path("vram").path("size")), SOURCE, SOURCE + " shows no vram size"),
                        unknown.memory().sharedBytes(), unknown.memory().unified()))
                .withIntegrated(Facts.of(pciId.toOptional().flatMap(id -> Tables.row("pci-devices.csv", id))
                        .filter(row -> !row[3].isEmpty()).map(row -> row[3].equals("yes")), "Lathe's table of PCI ids",
                        SOURCE + " does not tell"))
                .with(new Driver(read(card.path("driver"), "name"), read(card.path("driver"), "version"),
                        unknown.driver().firmware(), unknown.driver().offers(),
                        Reading.known(new Driver.State.Works(), SOURCE)))
                .withCompute(read(asic, "target_graphics_version"),
                        Facts.of(text(asic, "num_compute_units").flatMap(Numbers::toInt), SOURCE,
                                SOURCE + " shows no num_compute_units"));
    }

    /// `{"value": 294896, "unit": "MB"}`, in units of 1024 whatever they are called.
    private static Optional<Long> size(JsonNode size) {
        return text(size, "value")
                .flatMap(value -> text(size, "unit").flatMap(unit -> Numbers.bytes(value + " " + unit)));
    }

    private static Reading<String> read(JsonNode node, String field) {
        return Facts.of(text(node, field), SOURCE, SOURCE + " shows no " + field);
    }

    private static Optional<String> text(JsonNode node, String field) {
        return Optional.of(node.path(field)).filter(JsonNode::isValueNode).map(it -> it.asString("").strip())
                .filter(it -> !it.isEmpty() && !it.equals("N/A"));
    }

    static String fourDigits(String hex) {
        return hex.toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
    }
}
