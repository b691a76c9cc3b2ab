package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Probe;
import java.util.List;

/// Graphics cards as the native look-up sees them; on Linux only to name those that sysfs shows, since it runs `lspci`.
@AutoService(Probe.class)
public final class NativeGpu implements Probe {

    @Override
    public String title() {
        return "the operating system's native calls (OSHI) on graphics cards";
    }

    @Override
    public int rank() {
        return 30;
    }

    @Override
    public List<Device> find(Host host) {
        boolean needed = !host.natives().operatingSystem().equals("linux") || new PciGpu().find(host).stream()
                .anyMatch(device -> device instanceof Gpu gpu && gpu.identity().name() instanceof Reading.Unknown<?>);
        if (!needed) {
            return List.of();
        }
        return switch (host.natives().gpus()) {
            case Reading.Known<List<Gpu>>(List<Gpu> gpus, String _) -> List.copyOf(gpus);
            case Reading.Unknown<List<Gpu>> _ -> List.of();
        };
    }
}
