package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One device of the kernel's tree: a folder with a `uevent` file, and if it is on the PCI bus its ids.
///
/// @param uevent the `KEY=value` lines of that file
record PciDevice(Host host, String folder, Map<String, String> uevent) {
    static final String BUS = "/sys/bus/pci/devices";
    private static final String VENDORS = "pci-vendors.csv";
    private static final String DEVICES = "pci-devices.csv";
    private static final List<String> ID_LISTS = List.of("/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids");

    static PciDevice at(Host host, String folder) {
        Map<String, String> pairs = new TreeMap<>();
        host.read(folder + "/uevent").ifPresent(text -> text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                pairs.put(line.substring(0, equals), line.substring(equals + 1).strip());
            }
        }));
        return new PciDevice(host, folder, pairs);
    }

    /// All devices of the bus, by address.
    static List<PciDevice> onBus(Host host) {
        List<PciDevice> devices = new ArrayList<>();
        for (String slot : host.list(BUS)) {
            devices.add(at(host, BUS + "/" + slot));
        }
        return devices;
    }

    /// The six digits of its class: `030200`.
    Optional<String> pciClass() {
        return host.read(folder + "/class").map(text -> text.replaceFirst("^0x", "")).or(
                // 30000 in a uevent file is class 030000
                () -> Optional.ofNullable(uevent.get("PCI_CLASS"))
                        .map(digits -> "0".repeat(Math.max(0, 6 - digits.length())) + digits));
    }

    boolean isOfClass(String prefix) {
        return pciClass().filter(digits -> digits.startsWith(prefix)).isPresent();
    }

    /// `vendor:device`.
    Optional<String> id() {
        Optional<String> vendor = host.read(folder + "/vendor").map(PciDevice::fourDigits);
        Optional<String> device = host.read(folder + "/device").map(PciDevice::fourDigits);
        return vendor.flatMap(first -> device.map(second -> first + ":" + second))
                .or(() -> Optional.ofNullable(uevent.get("PCI_ID")).map(id -> id.toLowerCase(Locale.ROOT)))
                .filter(id -> id.matches("[0-9a-f]{4}:[0-9a-f]{4}"));
    }

    private static String fourDigits(String hex) {
        return hex.toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
    }

    /// Its address on the bus.
    Optional<String> slot() {
        return Optional.ofNullable(uevent.get("PCI_SLOT_NAME")).filter(slot -> !slot.isEmpty()).or(
                () -> folder.startsWith(BUS + "/")
                        ? Optional.of(folder.substring(BUS.length() + 1))
                        : Optional.empty());
    }

    /// The driver that is bound to it: `DRIVER=` in uevent.
    Optional<String> driver() {
        return Optional.ofNullable(uevent.get("DRIVER")).filter(name -> !name.isEmpty());
    }

    /// Whose it is: the table's row of the id's first half.
    Optional<String[]> vendor() {
        return id().flatMap(id -> Tables.row(VENDORS, id.substring(0, 4)));
    }

    /// The table's row of the id.
    Optional<String[]> known() {
        return id().flatMap(id -> Tables.row(DEVICES, id));
    }

    /// What bus and tables tell.
    Identity identity() {
        String why = "sysfs shows no PCI id";
        return new Identity(
                Facts.of(vendor().map(row -> row[1]), folder,
                        id().map(id -> "vendor " + id.substring(0, 4) + " is not in Lathe's table").orElse(why)),
                name(), Facts.of(id(), folder, why), Facts.of(slot(), folder, "sysfs shows no bus address"),
                Reading.unknown("sysfs shows no device file"));
    }

    /// Its name in Lathe's table, or in the list of PCI ids that most Linux systems have.
    private Reading<String> name() {
        Optional<String> ours = known().map(row -> row[2]);
        if (ours.isPresent() || id().isEmpty()) {
            return Facts.of(ours, "Lathe's table of PCI ids", "sysfs shows no PCI id");
        }
        String id = id().get();
        for (String list : ID_LISTS) {
            Optional<String> name = host.read(list).flatMap(text -> find(text, id));
            if (name.isPresent()) {
                return Reading.known(name.get(), list);
            }
        }
        return Reading.unknown("neither the driver nor a list of PCI ids names " + id);
    }

    /// The name of a device in a list whose vendors stand at the line's begin and whose devices are indented by a tab.
    static Optional<String> find(String list, String id) {
        boolean inVendor = false;
        for (String line : list.lines().toList()) {
            if (line.startsWith(id.substring(0, 4) + " ")) {
                inVendor = true;
            } else if (inVendor && line.startsWith("\t" + id.substring(5) + " ")) {
                return Optional.of(line.substring(6).strip());
            } else if (inVendor && !line.startsWith("\t") && !line.startsWith("#")) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /// The version a driver states: only those that are built apart from the kernel do.
    Reading<String> driverVersion() {
        return driver().map(name -> Facts.text(host, "/sys/module/" + name + "/version"))
                .orElse(Reading.unknown("no kernel driver is bound to it"));
    }
}
