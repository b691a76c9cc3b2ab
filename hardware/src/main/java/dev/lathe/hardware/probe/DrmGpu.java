package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Graphics processors that a driver has opened, in `/sys/class/drm`: amdgpu with its memory, clocks and sensors, Intel's
/// i915 and xe, and those of systems on a chip.
@AutoService(Probe.class)
public final class DrmGpu implements Probe {
    private static final String DRM = "/sys/class/drm";
    private static final String DRIVERS = "device-drivers.csv";
    private static final Pattern CARD = Pattern.compile("card\\d+");

    @Override
    public String title() {
        return "graphics drivers in sysfs (amdgpu, i915, xe and others)";
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public List<Device> find(Host host) {
        List<Device> found = new ArrayList<>();
        for (String card : host.list(DRM)) {
            if (CARD.matcher(card).matches()) {
                PciDevice device = PciDevice.at(host, DRM + "/" + card + "/device");
                gpu(host, DRM + "/" + card, device).ifPresent(found::add);
            }
        }
        mali(host).ifPresent(found::add);
        return found;
    }

    private static Optional<Gpu> gpu(Host host, String card, PciDevice device) {
        if (device.id().isPresent()) {
            return PciGpu.gpu(device).map(gpu -> switch (device.driver().orElse("")) {
                case "amdgpu" -> AmdgpuFolder.fill(host, device.folder(), gpu);
                case "i915", "xe" -> IntelFolder.fill(host, card, gpu);
                default -> gpu;
            });
        }
        Optional<String[]> row = device.driver().flatMap(driver -> Tables.row(DRIVERS, driver))
                .filter(it -> it[1].equals("gpu"));
        return row.map(it -> onChip(device, it));
    }

    private static Gpu onChip(PciDevice device, String[] row) {
        Gpu unknown = Gpu.unknown("the driver does not tell");
        Reading<String> vendor = Reading.known(row[2], "Lathe's table of drivers");
        String source = device.folder() + "/uevent";
        return unknown.with(unknown.identity().withVendor(vendor).withName(SocParts.gpu(device)))
                .withIntegrated(Reading.known(true, "no PCI id: part of the chip"))
                .with(new Gpu.Memory(Reading.unknown("it works in the machine's memory"),
                        unknown.memory().sharedBytes(),
                        Reading.known(true, "part of the chip")))
                .with(unknown.driver().withName(Facts.of(device.driver(), source, "no driver"))
                        .withVersion(device.driverVersion())
                        .withState(Reading.known(new Driver.State.Works(), source)));
    }

    /// Arm's own driver for Mali shows a character device instead of a DRM card.
    private static Optional<Gpu> mali(Host host) {
        PciDevice device = PciDevice.at(host, "/sys/class/misc/mali0/device");
        if (device.driver().isEmpty()) {
            return Optional.empty();
        }
        Gpu gpu = onChip(device, new String[]{"mali", "gpu", "Arm"});
        Reading<String> told = Facts.text(host, device.folder() + "/gpuinfo")
                // "Mali-G610 4 cores r0p0 0xA867"
                .map(text -> text.split(" ", -1)[0]);
        boolean node = host.exists("/dev/mali0");
        return Optional.of(gpu.with(gpu.identity().withName(told.or(gpu.identity().name()))
                .withNode(node ? Reading.known("/dev/mali0", "/dev") : Reading.unknown("no /dev/mali0"))));
    }
}
