package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import dev.lathe.hardware.Npu;
import dev.lathe.hardware.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Compute accelerators that a Linux driver has opened, in `/sys/class/accel`: intel_vpu, amdxdna, rocket, qaic and others.
///
/// Source: Linux, `Documentation/accel/` and the drivers' own sysfs attributes.
@AutoService(Probe.class)
public final class AccelNpu implements Probe {
    private static final String ACCEL = "/sys/class/accel";
    private static final String PLATFORM = "/sys/bus/platform/devices";
    private static final String DRIVERS = "device-drivers.csv";
    private static final Pattern NAME = Pattern.compile("accel\\d+");
    private static final long HERTZ_PER_MEGAHERTZ = 1_000_000;

    @Override
    public String title() {
        return "accelerator drivers in sysfs (intel_vpu, amdxdna, rocket and others)";
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public List<Device> find(Host host) {
        List<Device> found = new ArrayList<>();
        for (String name : host.list(ACCEL)) {
            if (NAME.matcher(name).matches()) {
                PciDevice device = PciDevice.at(host, ACCEL + "/" + name + "/device");
                // drivers of graphics cards may show themselves here too
                if (device.driver().flatMap(it -> Tables.row(DRIVERS, it)).filter(row -> row[1].equals("gpu"))
                        .isEmpty()) {
                    found.add(npu(host, device, "/dev/accel/" + name));
                }
            }
        }
        return found;
    }

    private static Npu npu(Host host, PciDevice device, String node) {
        Npu unknown = Npu.unknown("the driver does not tell");
        Optional<String[]> row = device.driver().flatMap(it -> Tables.row(DRIVERS, it));
        String folder = device.folder();
        Identity bus = device.identity();
        Identity identity = bus
                .withVendor(bus.vendor().or(Facts.of(row.map(it -> it[2]), "Lathe's table of drivers",
                        "its driver is not in Lathe's table")))
                .withName(bus.name().or(Facts.of(row.map(it -> RockchipNpu.named(host, device, it)),
                        "Lathe's table of drivers", "its driver is not in Lathe's table")))
                .withNode(host.exists(node) ? Reading.known(node, "/dev") : Reading.unknown("no " + node));
        Driver driver = new Driver(Facts.of(device.driver(), folder + "/uevent", "no kernel driver is bound to it"),
                device.driverVersion(), Facts.text(host, folder + "/fw_version"),
                unknown.driver().offers(), state(host, node));
        return unknown.with(identity).with(driver).withCores(cores(host, device))
                .withClock(megahertz(host, folder + "/npu_current_frequency_mhz"),
                        megahertz(host, folder + "/npu_max_frequency_mhz"));
    }

    /// A container that was not given the device file, or a user who may not open it, cannot use a device that works.
    static Reading<Driver.State> state(Host host, String node) {
        if (!host.exists(node)) {
            return Reading.known(new Driver.State.Failed(node + " is not visible here"), "/dev");
        }
        return host.isReadable(node)
                ? Reading.known(new Driver.State.Works(), node)
                : Reading.known(new Driver.State.Failed("this user may not open " + node), "/dev");
    }

    private static Reading<Long> megahertz(Host host, String path) {
        return Facts.number(host, path).map(megahertz -> megahertz * HERTZ_PER_MEGAHERTZ);
    }

    /// Drivers of systems on a chip show one accelerator that is made of several platform devices, one per core.
    private static Reading<Integer> cores(Host host, PciDevice device) {
        if (device.id().isPresent() || device.driver().isEmpty()) {
            return Reading.unknown("the driver does not tell");
        }
        int cores = 0;
        for (String name : host.list(PLATFORM)) {
            if (name.endsWith(".npu") && PciDevice.at(host, PLATFORM + "/" + name).driver().equals(device.driver())) {
                cores++;
            }
        }
        return cores > 0 ? Reading.known(cores, PLATFORM) : Reading.unknown("none in " + PLATFORM);
    }
}
