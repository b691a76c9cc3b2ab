package dev.lathe.profile.target;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Detection;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import dev.lathe.hardware.Npu;
import dev.lathe.profile.RuntimeOffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// ONNX Runtime's list of devices as one more source of detection, the last to be believed.
final class RuntimeReport {
    private static final String SOURCE = "ONNX Runtime";
    private static final String SILENT = "ONNX Runtime does not tell";
    /// Vendors' numbers on the PCI bus. Source: pci-ids.ucw.cz.
    private static final Map<Integer, String> VENDORS = Map.of(0x10de, "NVIDIA", 0x1002, "AMD", 0x1022, "AMD", 0x8086,
            "Intel", 0x17cb, "Qualcomm", 0x4d4f4351, "Qualcomm");

    private RuntimeReport() {}

    /// The report.
    ///
    /// @param tookNs to start the runtime and ask it
    static Detection.Report of(TargetProbe.Answer answer, long tookNs) {
        List<Host.Look> looks = new ArrayList<>();
        looks.add(new Host.Look("getAvailableProviders", String.join(", ", answer.offer().providers())));
        answer.offer().devices().forEach(d -> looks.add(new Host.Look("getEpDevices", d.provider() + " on " + d.kind()
                + " of " + d.vendor() + ", " + pciId(d) + (d.metadata().isEmpty() ? "" : " " + d.metadata()))));
        return new Detection.Report("OnnxRuntime", "devices of ONNX Runtime " + answer.version(), tookNs, looks,
                devices(answer.offer()), Optional.empty());
    }

    /// Each device once, whichever providers drive it; twins as often as one provider lists them.
    static List<Device> devices(RuntimeOffer offer) {
        Map<String, Integer> most = new LinkedHashMap<>();
        Map<String, Integer> ofProvider = new LinkedHashMap<>();
        Map<String, RuntimeOffer.Device> examples = new LinkedHashMap<>();
        for (RuntimeOffer.Device device : offer.devices()) {
            String key = device.kind() + " " + pciId(device);
            int count = ofProvider.merge(key + " " + device.provider(), 1, Integer::sum);
            most.merge(key, count, Math::max);
            examples.putIfAbsent(key, device);
        }
        List<Device> devices = new ArrayList<>();
        examples.forEach((key, device) -> {
            for (int i = 0; i < most.getOrDefault(key, 1); i++) {
                devices.add(device(device));
            }
        });
        return devices;
    }

    private static Device device(RuntimeOffer.Device device) {
        return switch (device.kind()) {
            case "gpu" -> Gpu.unknown(SILENT).with(identity(device));
            case "npu" -> Npu.unknown(SILENT).with(identity(device));
            // its vendor is a spelling of its own, and no fact beside the processor's
            default -> Cpu.unknown(SILENT);
        };
    }

    private static Identity identity(RuntimeOffer.Device device) {
        Reading<String> id = device.vendorId() == 0 || device.deviceId() == 0
                ? Reading.unknown(SILENT)
                : Reading.known(pciId(device), SOURCE);
        return Identity.unknown(SILENT).withVendor(vendor(device)).withPci(id, Reading.unknown(SILENT));
    }

    private static Reading<String> vendor(RuntimeOffer.Device device) {
        String named = VENDORS.getOrDefault(device.vendorId(), device.vendor());
        return named.isBlank() ? Reading.unknown(SILENT) : Reading.known(named, SOURCE);
    }

    static String pciId(RuntimeOffer.Device device) {
        return String.format(Locale.ROOT, "%04x:%04x", device.vendorId(), device.deviceId());
    }

    /// Whether both are one: by PCI's numbers where both have them, else by kind and vendor.
    static boolean same(Device known, RuntimeOffer.Device listed) {
        if (!ProviderTable.kind(known).equals(listed.kind())) {
            return false;
        }
        return switch (known) {
            case Cpu _ -> true;
            case Gpu gpu -> same(gpu.identity(), listed);
            case Npu npu -> same(npu.identity(), listed);
        };
    }

    private static boolean same(Identity known, RuntimeOffer.Device listed) {
        Identity other = identity(listed);
        if (known.pciId().toOptional().isPresent() && other.pciId().toOptional().isPresent()) {
            return known.pciId().toOptional().equals(other.pciId().toOptional());
        }
        return known.vendor().toOptional().equals(other.vendor().toOptional());
    }
}
