package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Npu;
import dev.lathe.hardware.Probe;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Qualcomm's Hexagon under Linux: the remote processor called cdsp, and the device file of FastRPC.
///
/// Source: Linux, `Documentation/ABI/testing/sysfs-class-remoteproc`, `drivers/misc/fastrpc.c`.
@AutoService(Probe.class)
public final class HexagonNpu implements Probe {
    private static final String REMOTE = "/sys/class/remoteproc";
    private static final String DSP = "cdsp";

    @Override
    public String title() {
        return "Qualcomm's remote processors in sysfs";
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public List<Device> find(Host host) {
        for (String name : host.list(REMOTE)) {
            String folder = REMOTE + "/" + name;
            Optional<String> firmware = host.read(folder + "/firmware");
            boolean compute = host.read(folder + "/name").orElse("").toLowerCase(Locale.ROOT).contains(DSP)
                    || firmware.orElse("").contains(DSP);
            if (compute) {
                return List.of(npu(host, folder, firmware));
            }
        }
        return List.of();
    }

    private static Npu npu(Host host, String folder, Optional<String> firmware) {
        Npu unknown = Npu.unknown("sysfs does not tell");
        Optional<String> node = List.of("/dev/fastrpc-cdsp", "/dev/fastrpc-cdsp-secure").stream().filter(host::exists)
                .findFirst();
        String state = host.read(folder + "/state").orElse("unknown");
        Driver.State works = state.equals("running")
                ? new Driver.State.Works()
                : new Driver.State.Failed("it is " + state);
        return unknown
                .with(unknown.identity().withVendor(Reading.known("Qualcomm", folder))
                        .withName(Reading.known("Qualcomm Hexagon", folder))
                        .withNode(Facts.of(node, "/dev", "no /dev/fastrpc-cdsp")))
                .with(unknown.driver().withName(Reading.known("fastrpc", folder))
                        .withFirmware(Facts.of(firmware, folder + "/firmware", "no " + folder + "/firmware"))
                        .withState(Reading.known(works, folder + "/state")));
    }
}
