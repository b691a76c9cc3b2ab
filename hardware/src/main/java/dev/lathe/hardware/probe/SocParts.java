package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Host;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// Names parts of a system on a chip by the name of the chip, which the device tree tells.
final class SocParts {
    private static final String TABLE = "soc-parts.csv";
    private static final String COMPATIBLE = "/proc/device-tree/compatible";
    private static final String DRM = "/sys/class/drm";

    private SocParts() {}

    /// The graphics processor of the chip this device is part of.
    static Reading<String> gpu(PciDevice device) {
        Optional<String[]> row = soc(device.host(), device);
        return Facts.of(row.map(it -> it[2]), "Lathe's table of chips",
                "no chip in the device tree is in Lathe's table");
    }

    /// The row of the chip that a device's or the board's `compatible` strings name, or those of the other drivers' devices.
    static Optional<String[]> soc(Host host, PciDevice device) {
        Optional<String[]> own = match(String.join(" ", device.uevent().values()))
                .or(() -> host.read(COMPATIBLE).flatMap(SocParts::match));
        if (own.isPresent()) {
            return own;
        }
        for (String card : new TreeSet<>(host.list(DRM))) {
            Optional<String[]> row = match(
                    String.join(" ", PciDevice.at(host, DRM + "/" + card + "/device").uevent().values()));
            if (row.isPresent()) {
                return row;
            }
        }
        return Optional.empty();
    }

    static Optional<String[]> match(String compatible) {
        String text = compatible.toLowerCase(Locale.ROOT);
        return Tables.rows(TABLE).stream().filter(row -> text.contains(row[0])).findFirst();
    }
}
