package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Graphics processors as Linux' PCI and DRM trees show them.
///
/// Memory is known only for amdgpu, which states it; a PCI window says nothing about a card's memory.
@AutoService(Probe.class)
public final class PciGpu implements Probe {
    private static final String PCI = "/sys/bus/pci/devices";
    private static final String DRM = "/sys/class/drm";
    private static final Pattern CARD = Pattern.compile("card\\d+");

    /// Who makes display controllers that compute, by PCI vendor id. Not here: consoles of servers (ASPEED, Matrox) and of
    /// virtual machines (QEMU, VMware, virtio), which only show a picture. Source: the PCI ID repository.
    private static final Map<String, String> VENDORS = Map.of("10de", "NVIDIA", "1002", "AMD", "8086", "Intel", "5143",
            "Qualcomm", "1ed5", "Moore Threads", "13b5", "ARM", "1010", "Imagination");

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public List<Device> find(Host host) {
        Map<String, Gpu> bySlot = new TreeMap<>();
        for (String slot : host.list(PCI)) {
            gpu(host, PCI + "/" + slot, slot).ifPresent(gpu -> bySlot.put(slot, gpu));
        }
        List<Device> found = new ArrayList<>();
        for (String card : host.list(DRM)) {
            if (CARD.matcher(card).matches()) {
                String folder = DRM + "/" + card + "/device";
                String slot = uevent(host, folder).getOrDefault("PCI_SLOT_NAME", "");
                gpu(host, folder, slot).ifPresent(gpu -> {
                    if (slot.isEmpty()) {
                        found.add(gpu);
                    } else {
                        bySlot.merge(slot, gpu, Gpu::or);
                    }
                });
            }
        }
        found.addAll(bySlot.values());
        return found;
    }

    private static Optional<Gpu> gpu(Host host, String folder, String slot) {
        Map<String, String> uevent = uevent(host, folder);
        Optional<String> pciClass = host.read(folder + "/class").map(text -> text.replaceFirst("^0x", ""))
                .or(() -> Optional.ofNullable(uevent.get("PCI_CLASS")).map(PciGpu::sixDigits));
        Optional<String> id = pciId(host, folder, uevent);
        Optional<String> vendor = id.map(text -> VENDORS.get(text.substring(0, 4)));
        // class 03: display controllers, be they VGA (0300), 3D (0302) or other (0380)
        if (id.isEmpty() || vendor.isEmpty() || pciClass.filter(text -> text.startsWith("03")).isEmpty()) {
            return Optional.empty();
        }
        String memory = folder + "/mem_info_vram_total";
        return Optional.of(new Gpu(Reading.known(vendor.get(), folder),
                host.read(folder + "/product_name").filter(name -> !name.isBlank())
                        .<Reading<String>>map(name -> Reading.known(name, folder + "/product_name"))
                        .orElse(Reading.unknown("the driver tells sysfs no name")),
                Reading.known(id.get(), folder),
                slot.isEmpty() ? Reading.unknown("sysfs shows no bus address") : Reading.known(slot, PCI),
                host.number(memory).filter(bytes -> bytes > 0).<Reading<Long>>map(bytes -> Reading.known(bytes, memory))
                        .orElse(Reading.unknown("the driver tells sysfs no memory size")),
                Optional.ofNullable(uevent.get("DRIVER"))
                        .<Reading<String>>map(driver -> Reading.known(driver, folder + "/uevent"))
                        .orElse(Reading.unknown("no kernel driver is bound to it"))));
    }

    private static Optional<String> pciId(Host host, String folder, Map<String, String> uevent) {
        Optional<String> vendor = host.read(folder + "/vendor").map(PciGpu::fourDigits);
        Optional<String> device = host.read(folder + "/device").map(PciGpu::fourDigits);
        if (vendor.isPresent() && device.isPresent()) {
            return Optional.of(vendor.get() + ":" + device.get());
        }
        return Optional.ofNullable(uevent.get("PCI_ID")).map(id -> id.toLowerCase(Locale.ROOT))
                .filter(id -> id.matches("[0-9a-f]{4}:[0-9a-f]{4}"));
    }

    /// The `KEY=value` lines of a device's uevent file.
    private static Map<String, String> uevent(Host host, String folder) {
        Map<String, String> pairs = new TreeMap<>();
        host.read(folder + "/uevent").ifPresent(text -> text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                pairs.put(line.substring(0, equals), line.substring(equals + 1).strip());
            }
        }));
        return pairs;
    }

    private static String fourDigits(String hex) {
        return hex.toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
    }

    /// `30000` in a uevent file is class 030000.
    private static String sixDigits(String hex) {
        return "0".repeat(Math.max(0, 6 - hex.length())) + hex;
    }
}
