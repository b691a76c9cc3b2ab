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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rockchip's unit under the vendor's own kernel, where it looks like a graphics card: a DRM node with driver RKNPU.
@AutoService(Probe.class)
public final class RockchipNpu implements Probe {
    private static final String DRM = "/sys/class/drm";
    private static final String DRIVER = "RKNPU";
    private static final Pattern VERSION = Pattern.compile("v(\\d[\\d.]*)");
    private static final Pattern CORE = Pattern.compile("Core\\d+:");

    @Override
    public String title() {
        return "Rockchip's RKNPU driver in sysfs";
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public List<Device> find(Host host) {
        Optional<PciDevice> found = Optional.empty();
        Optional<String> node = Optional.empty();
        for (String name : host.list(DRM)) {
            PciDevice device = PciDevice.at(host, DRM + "/" + name + "/device");
            if (device.driver().filter(DRIVER::equals).isPresent()) {
                found = found.or(() -> Optional.of(device));
                node = name.startsWith("renderD") ? Optional.of("/dev/dri/" + name) : node;
            }
        }
        return found.isPresent() ? List.of(npu(host, found.get(), node)) : List.of();
    }

    private static Npu npu(Host host, PciDevice device, Optional<String> node) {
        Npu unknown = Npu.unknown("the driver does not tell");
        String[] row = Tables.row("device-drivers.csv", DRIVER).orElseThrow();
        String source = device.folder() + "/uevent";
        Identity identity = unknown.identity().withVendor(Reading.known(row[2], "Lathe's table of drivers"))
                .withName(Reading.known(named(host, device, row), source))
                .withNode(Facts.of(node, DRM, "no render node in " + DRM));
        String debug = "/sys/kernel/debug/rknpu";
        Reading<Integer> cores = Facts.of(host.read(debug + "/load").map(RockchipNpu::cores).filter(count -> count > 0),
                debug + "/load", debug + " is for root only");
        Optional<String> version = host.read(debug + "/version").or(() -> host.read("/proc/rknpu/version"))
                .map(VERSION::matcher).filter(Matcher::find).map(matcher -> matcher.group(1));
        Reading<Long> clock = Reading.unknown("no devfreq folder of the unit");
        Reading<Long> highest = clock;
        for (String name : host.list("/sys/class/devfreq")) {
            if (name.endsWith(".npu")) {
                clock = Facts.number(host, "/sys/class/devfreq/" + name + "/cur_freq");
                highest = Facts.number(host, "/sys/class/devfreq/" + name + "/max_freq");
            }
        }
        return unknown.with(identity).withCores(cores).withClock(clock, highest)
                .with(new Driver(Reading.known(DRIVER, source),
                        Facts.of(version, debug + "/version", debug + " is for root only"),
                        unknown.driver().firmware(), unknown.driver().offers(),
                        Reading.known(new Driver.State.Works(), source)));
    }

    /// What the driver calls the unit, with the chip's name if that is known: `RKNPU (RK3588)`.
    static String named(Host host, PciDevice device, String[] driver) {
        boolean onChip = device.id().isEmpty();
        return driver[3] + (onChip ? SocParts.soc(host, device).map(row -> " (" + row[1] + ")").orElse("") : "");
    }

    /// One for each core in `NPU load:  Core0: 63%, Core1: 65%,`.
    static int cores(String load) {
        return (int) CORE.matcher(load).results().count();
    }
}
