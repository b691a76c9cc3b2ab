package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import dev.lathe.hardware.Npu;
import dev.lathe.hardware.Probe;
import java.util.List;
import java.util.Optional;

/// Neural processing units on the PCI bus, with or without a driver: those whose id is in the table, and processing
/// accelerators (class 1200) of makers of such units.
///
/// The class alone does not do: 1180 holds AMD's units and Intel's telemetry, 1200 also cards with programmable logic.
@AutoService(Probe.class)
public final class PciNpu implements Probe {
    private static final String ACCELERATOR = "1200";

    @Override
    public String title() {
        return "PCI bus in sysfs, neural processing units";
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
        return PciDevice.onBus(host).stream().filter(PciNpu::isNpu).<Device>map(device -> npu(host, device)).toList();
    }

    private static boolean isNpu(PciDevice device) {
        Optional<String[]> row = device.known();
        if (row.isPresent()) {
            return row.get()[1].equals("npu");
        }
        boolean maker = device.vendor().filter(it -> it[3].equals("npu")).isPresent();
        return maker && device.isOfClass(ACCELERATOR);
    }

    private static Npu npu(Host host, PciDevice device) {
        Npu unknown = Npu.unknown("the PCI bus does not tell");
        Optional<String> node = device.known().map(row -> row[4]).filter(path -> !path.isEmpty()).filter(host::exists);
        Identity identity = device.identity()
                .withNode(Facts.of(node, "/dev", "the PCI bus does not tell"));
        Driver driver = unknown.driver()
                .withName(Facts.of(device.driver(), device.folder() + "/uevent", "no kernel driver is bound to it"))
                .withVersion(device.driverVersion()).withState(state(device));
        return unknown.with(identity).with(driver);
    }

    private static Reading<Driver.State> state(PciDevice device) {
        String source = device.folder() + "/uevent";
        return Reading.known(device.driver().isPresent() ? new Driver.State.Works() : new Driver.State.Missing(),
                source);
    }
}
