package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Host;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// What is known of a system on a chip by its name, which the device tree, the firmware or the kernel tells.
final class SocParts {
    private static final String TABLE = "soc-parts.csv";
    private static final String COMPATIBLE = "/proc/device-tree/compatible";
    private static final String DRM = "/sys/class/drm";
    private static final String ACCEL = "/sys/class/accel";
    private static final String BOARD = "/proc/device-tree/model";
    private static final String PRODUCT = "/sys/class/dmi/id/product_name";
    static final String SOURCE = "Lathe's table of chips";

    /// A system on a chip: all its cores are in one package.
    ///
    /// @param threads hardware threads per core
    record Chip(String name, int threads) {}

    private SocParts() {}

    /// The graphics processor of the chip this device is part of.
    static Reading<String> gpu(PciDevice device) {
        Optional<String[]> row = soc(device.host(), device);
        return Facts.of(row.map(it -> it[2]).filter(name -> !name.isEmpty()), SOURCE,
                "no chip in the device tree is in Lathe's table");
    }

    /// The chip that the whole machine is built around, if it is one that Lathe knows.
    ///
    /// @param processor what cpuinfo calls it
    static Optional<Chip> chip(Host host, Optional<String> processor) {
        return processor.flatMap(SocParts::match).or(() -> host.read(COMPATIBLE).flatMap(SocParts::match))
                .or(() -> host.read(BOARD).flatMap(SocParts::match))
                .or(() -> host.read(PRODUCT).flatMap(SocParts::match)).or(() -> byDevices(host, DRM))
                .or(() -> byDevices(host, ACCEL)).map(row -> new Chip(row[1], Integer.parseInt(row[3])));
    }

    /// The row of the chip that a device's or the board's `compatible` strings name, or those of the other drivers' devices.
    static Optional<String[]> soc(Host host, PciDevice device) {
        Optional<String[]> own = match(String.join(" ", device.uevent().values()))
                .or(() -> host.read(COMPATIBLE).flatMap(SocParts::match));
        return own.or(() -> byDevices(host, DRM));
    }

    private static Optional<String[]> byDevices(Host host, String folder) {
        for (String name : new TreeSet<>(host.list(folder))) {
            Optional<String[]> row = match(
                    String.join(" ", PciDevice.at(host, folder + "/" + name + "/device").uevent().values()));
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
