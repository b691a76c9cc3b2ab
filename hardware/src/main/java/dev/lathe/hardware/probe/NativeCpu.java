package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Probe;
import java.util.List;

/// The processor as the native look-up sees it; not asked on Linux, where procfs and sysfs tell more and sooner.
@AutoService(Probe.class)
public final class NativeCpu implements Probe {

    @Override
    public String title() {
        return "the operating system's native calls (OSHI) on the processor";
    }

    @Override
    public boolean isEssential() {
        return true;
    }

    @Override
    public int rank() {
        return 30;
    }

    @Override
    public List<Device> find(Host host) {
        if (host.natives().operatingSystem().equals("linux")) {
            return List.of();
        }
        return switch (host.natives().cpu()) {
            case Reading.Known<Cpu>(Cpu cpu, String _) -> List.of(cpu);
            case Reading.Unknown<Cpu> _ -> List.of();
        };
    }
}
