package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Probe;
import java.util.List;
import java.util.Optional;

/// Graphics processors of any vendor by their PCI class, with or without a driver.
///
/// Memory is not told here: a PCI window says nothing about a card's memory.
@AutoService(Probe.class)
public final class PciGpu implements Probe {
    /// A display controller, be it VGA (0300), 3D (0302) or other (0380).
    private static final String DISPLAY = "03";

    /// A processing accelerator: AMD's Instinct cards from MI300 on.
    private static final String ACCELERATOR = "1200";
    private static final String AMD = "1002";

    @Override
    public String title() {
        return "PCI bus in sysfs, display controllers";
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
        return PciDevice.onBus(host).stream().map(PciGpu::gpu).flatMap(Optional::stream).<Device>map(gpu -> gpu)
                .toList();
    }

    /// The graphics processor at a place in the tree, if it is one that computes.
    static Optional<Gpu> gpu(PciDevice device) {
        Optional<String> id = device.id();
        boolean display = device.isOfClass(DISPLAY)
                || (device.isOfClass(ACCELERATOR) && id.filter(it -> it.startsWith(AMD)).isPresent());
        boolean computes = device.vendor().map(row -> row[2].equals("gpu")).orElse(true);
        if (id.isEmpty() || !display || !computes) {
            return Optional.empty();
        }
        Gpu unknown = Gpu.unknown("the PCI bus does not tell");
        Driver driver = unknown.driver()
                .withName(Facts.of(device.driver(), device.folder() + "/uevent", "no kernel driver is bound to it"))
                .withVersion(version(device, id.get())).withState(state(device, id.get()));
        return Optional.of(unknown.with(device.identity()).withIntegrated(integrated(device, id.get())).with(driver));
    }

    private static Reading<String> version(PciDevice device, String id) {
        Optional<String> module = id.startsWith("10de") && device.driver().filter("nvidia"::equals).isPresent()
                ? NvidiaCard.kernelModule(device.host())
                : Optional.empty();
        return Facts.of(module, NvidiaCard.KERNEL, "").or(device.driverVersion());
    }

    private static Reading<Driver.State> state(PciDevice device, String id) {
        if (device.driver().isEmpty()) {
            return Reading.known(new Driver.State.Missing(), device.folder() + "/uevent");
        }
        // the driver that keeps a device for a virtual machine
        if (device.driver().get().equals("vfio-pci")) {
            return Reading.known(new Driver.State.Failed("it is set aside for a virtual machine by vfio-pci"),
                    device.folder() + "/uevent");
        }
        if (id.startsWith("10de")) {
            return Reading.unknown("a driver is bound; only NVML or nvidia-smi tell whether it works");
        }
        return Reading.known(new Driver.State.Works(), device.folder() + "/uevent");
    }

    /// Intel's sit at 00:02.0 and nowhere else; of others the table knows those that are integrated. A card of NVIDIA's on
    /// a PCI bus is one of its own.
    private static Reading<Boolean> integrated(PciDevice device, String id) {
        Optional<String[]> row = device.known().filter(it -> !it[3].isEmpty());
        if (row.isPresent()) {
            return Reading.known(row.get()[3].equals("yes"), "Lathe's table of PCI ids");
        }
        Optional<String> slot = device.slot();
        return switch (id.substring(0, 4)) {
            case "8086" -> Facts.of(slot.map(it -> it.endsWith(":00:02.0")), "bus address",
                    "sysfs shows no bus address");
            case "10de" -> Reading.known(false, "NVIDIA, on the PCI bus");
            default -> Reading.unknown(id + " is not in Lathe's table of PCI ids");
        };
    }
}
