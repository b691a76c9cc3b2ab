package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import dev.lathe.hardware.Npu;
import dev.lathe.hardware.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Hailo's units as their own tool identifies them: a Hailo-8L has the PCI id and the board name of a Hailo-8.
@AutoService(Probe.class)
public final class HailoCli implements Probe {
    private static final String SOURCE = "hailortcli";
    private static final String VENDOR = "1e60";
    private static final Pattern VERSION = Pattern.compile("HailoRT-CLI version (\\d[\\d.]*)");

    @Override
    public String title() {
        return "hailortcli";
    }

    @Override
    public int rank() {
        return 8;
    }

    @Override
    public List<Device> find(Host host) {
        boolean present = PciDevice.onBus(host).stream()
                .anyMatch(device -> device.id().filter(id -> id.startsWith(VENDOR)).isPresent());
        if (!present) {
            return List.of();
        }
        Reading<String> identified = host.run(SOURCE, "fw-control", "identify");
        return identified.toOptional().map(text -> parse(text, version(host))).orElse(List.of());
    }

    /// A unit opens only for a library of its driver's own version.
    private static Reading<String> version(Host host) {
        Optional<String> version = host.run(SOURCE, "--version").toOptional().map(VERSION::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1));
        return Facts.of(version, SOURCE + " --version, which only opens a driver of its own version",
                SOURCE + " shows no version");
    }

    static List<Device> parse(String text, Reading<String> version) {
        List<Device> found = new ArrayList<>();
        for (String part : text.split("(?m)^Executing on device: ", -1)) {
            Optional<String> architecture = line(part, "Device Architecture");
            if (architecture.isEmpty()) {
                continue;
            }
            Npu unknown = Npu.unknown(SOURCE + " does not tell");
            Optional<String> slot = part.lines().findFirst().map(String::strip)
                    .filter(it -> it.matches("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-9a-f]"));
            Identity identity = unknown.identity().withVendor(Reading.known("Hailo", SOURCE))
                    .withName(Reading.known(name(architecture.get()), SOURCE + ", device architecture"))
                    .withPci(unknown.identity().pciId(), Facts.of(slot, SOURCE, SOURCE + " shows no bus address"));
            found.add(unknown.with(identity).with(new Driver(unknown.driver().name(), version,
                    Facts.of(line(part, "Firmware Version").map(it -> it.replaceFirst(" .*", "")), SOURCE,
                            SOURCE + " shows no firmware version"),
                    unknown.driver().offers(),
                    Reading.known(new Driver.State.Works(), SOURCE))));
        }
        return found;
    }

    /// `HAILO8L` is sold as Hailo-8L.
    private static String name(String architecture) {
        return architecture.replaceFirst("^HAILO(?=\\d)", "Hailo-");
    }

    private static Optional<String> line(String text, String key) {
        return text.lines().filter(line -> line.startsWith(key + ": "))
                .map(line -> line.substring(key.length() + 2).strip())
                .filter(value -> !value.isEmpty()).findFirst();
    }
}
