package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Windows' PowerShell prints about devices: one object, or an array of several, whose ids stand in their instance id.
final class WindowsPnp {
    private static final Pattern PCI = Pattern.compile("^PCI\\\\VEN_([0-9A-F]{4})&DEV_([0-9A-F]{4})",
            Pattern.CASE_INSENSITIVE);

    private WindowsPnp() {}

    /// Asks on Windows only: elsewhere there is nothing to ask, and starting PowerShell takes most of a second.
    static List<JsonNode> ask(Host host, String query) {
        if (!host.natives().operatingSystem().equals("windows")) {
            return List.of();
        }
        return host.run("powershell", "-NoProfile", "-NonInteractive", "-Command", query).toOptional()
                .map(WindowsPnp::objects).orElse(List.of());
    }

    static List<JsonNode> objects(String json) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException _) {
            return List.of();
        }
        List<JsonNode> objects = new ArrayList<>();
        if (root.isArray()) {
            root.forEach(objects::add);
        } else if (root.isObject()) {
            objects.add(root);
        }
        return objects;
    }

    /// Whether a device is one that software only pretends to be.
    static boolean isVirtual(String instanceId) {
        return instanceId.startsWith("ROOT\\") || instanceId.startsWith("SWD\\");
    }

    /// Who made it, after its PCI id or else its maker's name; its name; its PCI id.
    static Identity identity(String name, String maker, String instanceId, String source) {
        Identity unknown = Identity.unknown(source + " does not tell");
        Matcher pci = PCI.matcher(instanceId);
        Reading<String> id = pci.find()
                ? Reading.known((pci.group(1) + ":" + pci.group(2)).toLowerCase(Locale.ROOT), source)
                : Reading.unknown("it is not on the PCI bus: " + instanceId);
        Optional<String> vendor = id.toOptional().flatMap(it -> Tables.row("pci-vendors.csv", it.substring(0, 4)))
                .map(row -> row[1]).or(() -> known(maker + " " + name));
        return unknown
                .withVendor(Facts.of(vendor, source, source + " names a maker that is not in Lathe's table: " + maker))
                .withName(Facts.of(Optional.of(name.strip()).filter(it -> !it.isEmpty()), source,
                        source + " shows no name"))
                .withPci(id, unknown.pciSlot());
    }

    private static Optional<String> known(String words) {
        return Tables.rows("pci-vendors.csv").stream().map(row -> row[1])
                .filter(vendor -> words.toLowerCase(Locale.ROOT).contains(vendor.toLowerCase(Locale.ROOT))).findFirst();
    }
}
