package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads `rocm-smi --showallinfo --json`: an object per card beside one named `system`; all values are text, and the case of
/// keys changed from one version to the next.
final class RocmSmi {
    private static final String SOURCE = "rocm-smi";

    private RocmSmi() {}

    static List<Device> parse(String text) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(text);
        } catch (JacksonException _) {
            return List.of();
        }
        Reading<String> driver = read(lower(root.path("system")), "driver version");
        List<Device> cards = new ArrayList<>();
        root.properties().forEach(entry -> {
            if (entry.getKey().startsWith("card")) {
                cards.add(gpu(lower(entry.getValue()), driver));
            }
        });
        return cards;
    }

    private static Map<String, String> lower(JsonNode object) {
        Map<String, String> pairs = new TreeMap<>();
        object.properties().forEach(
                entry -> pairs.put(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue().asString("").strip()));
        return pairs;
    }

    private static Gpu gpu(Map<String, String> card, Reading<String> driver) {
        Gpu unknown = Gpu.unknown(SOURCE + " does not tell");
        Reading<String> pciId = read(card, "device id").map(id -> "1002:" + AmdSmi.fourDigits(id));
        Identity identity = new Identity(Reading.known("AMD", SOURCE),
                read(card, "card series").or(read(card, "device name")),
                pciId, read(card, "pci bus").map(slot -> slot.toLowerCase(Locale.ROOT)), unknown.identity().node());
        return unknown.with(identity)
                .with(new Gpu.Memory(number(card, "vram total memory (b)").map(Double::longValue),
                        number(card, "gtt total memory (b)").map(Double::longValue), unknown.memory().unified()))
                .with(new Driver(Reading.known("amdgpu", SOURCE), driver, unknown.driver().firmware(),
                        unknown.driver().offers(),
                        Reading.known(new Driver.State.Works(), SOURCE)))
                .withCompute(read(card, "gfx version"), unknown.units())
                .with(new Gpu.Load(unknown.load().clockHz(), unknown.load().maxClockHz(),
                        unknown.load().memoryClockHz(),
                        number(card, "average graphics package power (w)").map(watts -> Math.round(watts * 1000)),
                        number(card, "max graphics package power (w)").map(watts -> Math.round(watts * 1000)),
                        number(card, "temperature (sensor edge) (c)"),
                        number(card, "gpu use (%)").map(Double::intValue),
                        number(card, "vram total used memory (b)").map(Double::longValue)));
    }

    private static Reading<String> read(Map<String, String> card, String key) {
        return Facts.of(Optional.ofNullable(card.get(key)).filter(text -> !text.isEmpty() && !text.equals("N/A")),
                SOURCE,
                SOURCE + " shows no " + key);
    }

    private static Reading<Double> number(Map<String, String> card, String key) {
        return Facts.of(read(card, key).toOptional().flatMap(Numbers::toDouble), SOURCE, SOURCE + " shows no " + key);
    }
}
