package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Npu;
import dev.lathe.hardware.Probe;
import java.util.List;

/// Apple's Neural Engine: no command shows it, but every Mac with a processor of Apple's has one.
@AutoService(Probe.class)
public final class AppleNpu implements Probe {

    @Override
    public String title() {
        return "macOS' sysctl on the processor's name";
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public List<Device> find(Host host) {
        if (!host.natives().operatingSystem().equals("macos")) {
            return List.of();
        }
        return switch (host.run("sysctl", "-n", "machdep.cpu.brand_string")) {
            // a virtual machine's guest is not given the Neural Engine
            case Reading.Known<String>(String brand, String source) when brand.startsWith("Apple M")
                    && !brand.contains("Virtual") ->
                List.of(npu(brand.strip(), source));
            case Reading.Known<String> _,Reading.Unknown<String> _ -> List.of();
        };
    }

    private static Npu npu(String brand, String source) {
        Npu unknown = Npu.unknown("macOS does not tell");
        String concluded = source + ": every " + brand + " has one";
        return unknown
                .with(unknown.identity().withVendor(Reading.known("Apple", concluded))
                        .withName(Reading.known("Apple Neural Engine", concluded)))
                .with(unknown.driver().withState(
                        Reading.known(
                                new Driver.State.Inferred("every " + brand + " has one; macOS shows it to nobody"),
                                source)));
    }
}
