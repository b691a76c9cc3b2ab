package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The system we run in, and what it runs in.
///
/// @param operatingSystem `linux`, `windows` or `macos`
/// @param kernel its release
/// @param architecture as the kernel spells it: `x86_64`, `aarch64`, `riscv64`
/// @param virtualised whether this is a virtual machine
/// @param hypervisor which kind, for example `KVM`
/// @param container whether a container engine started us
/// @param containerEngine which, for example `Docker`
/// @param board what the maker calls the machine, for example `Raspberry Pi 5 Model B Rev 1.0`
public record Platform(Reading<String> operatingSystem, Reading<String> kernel, Reading<String> architecture,
        Reading<Boolean> virtualised, Reading<String> hypervisor, Reading<Boolean> container,
        Reading<String> containerEngine, Reading<String> board) {
    private static final String DMI = "/sys/class/dmi/id";
    private static final String CPUINFO = "/proc/cpuinfo";
    private static final String DEVICE_TREE = "/proc/device-tree";
    private static final String CLOCKS = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
    /// The names that Linux gives them: arch/x86/kernel/kvmclock.c, drivers/clocksource/hyperv_timer.c, arch/x86/xen/time.c.
    private static final Map<String, String> CLOCK_KEEPERS = Map.of("kvm-clock", "KVM", "hyperv_clocksource", "Hyper-V",
            "xen", "Xen");
    private static final String KERNEL = "/proc/sys/kernel/osrelease";

    /// What the firmware of a virtual machine calls itself (vendor and product), and whose it is. Source: the same strings as in
    /// systemd's `src/basic/virt.c`.
    private static final List<Map.Entry<String, String>> FIRMWARE = List.of(
            Map.entry("microsoft corporation virtual machine",
                    "Hyper-V"),
            Map.entry("vmware", "VMware"), Map.entry("innotek gmbh", "VirtualBox"),
            Map.entry("virtualbox", "VirtualBox"), Map.entry("parallels", "Parallels"), Map.entry("xen", "Xen"),
            Map.entry("google compute engine", "KVM (Google Compute Engine)"), Map.entry("qemu", "QEMU or KVM"),
            Map.entry("kvm", "KVM"), Map.entry("openstack", "KVM (OpenStack)"),
            Map.entry("amazon ec2", "KVM (Amazon EC2)"), Map.entry("bhyve", "bhyve"),
            Map.entry("apple virtualization", "Apple Virtualization"));

    /// What container engines leave in the names of control groups.
    private static final List<Map.Entry<String, String>> GROUPS = List.of(Map.entry("kubepods", "Kubernetes"),
            Map.entry("libpod", "Podman"), Map.entry("/docker/", "Docker"),
            Map.entry("/docker-", "Docker"), Map.entry("/lxc", "LXC"));

    static Platform unknown(String why) {
        return new Platform(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why),
                Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why));
    }

    static Platform read(Host host) {
        Host.Natives natives = host.natives();
        Reading<String> hypervisor = hypervisor(host);
        Reading<Boolean> virtualised = hypervisor instanceof Reading.Known<String>(String _, String source)
                ? Reading.known(true, source)
                : virtualised(host);
        Reading<String> engine = containerEngine(host);
        return new Platform(Reading.known(natives.operatingSystem(), "JVM"),
                host.read(KERNEL).<Reading<String>>map(release -> Reading.known(release, KERNEL))
                        .orElse(Reading.unknown("no " + KERNEL)),
                Reading.known(natives.architecture(), "JVM"), virtualised, hypervisor,
                engine instanceof Reading.Known<String>(String _, String source)
                        ? Reading.known(true, source)
                        : noContainer(host),
                engine, board(host));
    }

    private static Reading<String> board(Host host) {
        Optional<String> tree = host.read(DEVICE_TREE + "/model").map(String::strip).filter(name -> !name.isEmpty());
        if (tree.isPresent()) {
            return Reading.known(tree.get(), DEVICE_TREE + "/model");
        }
        return host.read(DMI + "/product_name").map(String::strip).filter(name -> !name.isEmpty())
                .<Reading<String>>map(name -> Reading.known(name, DMI + "/product_name"))
                .orElse(Reading.unknown("neither device tree nor firmware names it"));
    }

    private static Reading<String> hypervisor(Host host) {
        Optional<String> xen = host.read("/sys/hypervisor/type");
        if (xen.isPresent()) {
            return Reading.known(xen.get().equals("xen") ? "Xen" : xen.get(), "/sys/hypervisor/type");
        }
        Optional<String> tree = host.read(DEVICE_TREE + "/hypervisor/compatible");
        if (tree.isPresent()) {
            return Reading.known(tree.get().strip(), DEVICE_TREE + "/hypervisor");
        }
        String firmware = (host.read(DMI + "/sys_vendor").orElse("") + " "
                + host.read(DMI + "/product_name").orElse(""))
                .toLowerCase(Locale.ROOT);
        for (Map.Entry<String, String> known : FIRMWARE) {
            // Amazon's firmware calls itself the same on machines that are rented whole
            if (firmware.contains(known.getKey()) && !firmware.contains(".metal")) {
                return Reading.known(known.getValue(), DMI);
            }
        }
        return host.read(KERNEL).filter(release -> release.toLowerCase(Locale.ROOT).contains("microsoft"))
                .<Reading<String>>map(_ -> Reading.known("Hyper-V (WSL)", KERNEL)).orElseGet(() -> clock(host));
    }

    /// A guest's kernel offers the clock that its hypervisor keeps for it, which a micro virtual machine without firmware has too.
    private static Reading<String> clock(Host host) {
        String offered = host.read(CLOCKS).orElse("");
        return CLOCK_KEEPERS.entrySet().stream().filter(e -> offered.contains(e.getKey())).findFirst()
                .<Reading<String>>map(e -> Reading.known(e.getValue(), CLOCKS))
                .orElse(Reading.unknown("neither the firmware nor the kernel names one"));
    }

    private static Reading<Boolean> virtualised(Host host) {
        return switch (host.natives().operatingSystem()) {
            case "linux" -> flags(host).or(deviceTree(host));
            case "macos" -> virtualMac(host);
            default -> Reading.unknown("no source that tells on " + host.natives().operatingSystem());
        };
    }

    /// x86 has a CPU flag that hypervisors set. Arm has nothing of the kind.
    private static Reading<Boolean> flags(Host host) {
        if (!host.natives().architecture().equals("x86_64")) {
            return Reading.unknown("no source that tells on " + host.natives().architecture());
        }
        Optional<String> info = host.read(CPUINFO);
        String source = info.isPresent() ? CPUINFO : "lscpu";
        return info.or(() -> host.run("lscpu").toOptional()).flatMap(Platform::hasHypervisorFlag)
                .<Reading<Boolean>>map(found -> Reading.known(found, source + ", flag hypervisor"))
                .orElse(Reading.unknown("no CPU flags to be read"));
    }

    /// Whether the flags in the text of cpuinfo or lscpu have `hypervisor` among them; empty if there are no flags.
    static Optional<Boolean> hasHypervisorFlag(String text) {
        return text.lines().filter(line -> line.strip().toLowerCase(Locale.ROOT).matches("flags\\s*:.*")).findFirst()
                .map(line -> List.of(line.strip().split("\\s+", -1)).contains("hypervisor"));
    }

    /// A device tree that describes a board, and no hypervisor, is that of a real machine.
    private static Reading<Boolean> deviceTree(Host host) {
        if (host.read(DEVICE_TREE + "/model").isEmpty()) {
            return Reading.unknown("neither CPU flags, firmware nor device tree tell");
        }
        boolean imitated = host.read(DEVICE_TREE + "/compatible").orElse("").contains("linux,dummy-virt");
        return Reading.known(imitated, DEVICE_TREE);
    }

    private static Reading<Boolean> virtualMac(Host host) {
        Reading<String> present = host.run("sysctl", "-n", "kern.hv_vmm_present");
        if (present instanceof Reading.Known<String>(String value, String source)) {
            return Reading.known(value.strip().equals("1"), source);
        }
        return switch (host.run("sysctl", "-n", "machdep.cpu.brand_string")) {
            case Reading.Known<String>(String brand, String source) ->
                Reading.known(brand.contains("(Virtual)"), source);
            case Reading.Unknown<String>(String why) -> Reading.unknown(why);
        };
    }

    private static Reading<String> containerEngine(Host host) {
        if (host.exists("/run/.containerenv")) {
            return Reading.known("Podman", "/run/.containerenv");
        }
        String groups = host.read(CgroupTree.SOURCE).orElse("");
        for (Map.Entry<String, String> known : GROUPS) {
            if (groups.contains(known.getKey())) {
                return Reading.known(known.getValue(), CgroupTree.SOURCE);
            }
        }
        if (host.exists("/.dockerenv")) {
            return Reading.known("Docker", "/.dockerenv");
        }
        return host.read("/run/systemd/container")
                .<Reading<String>>map(name -> Reading.known(name, "/run/systemd/container"))
                .orElse(Reading.unknown("no container engine left a sign"));
    }

    private static Reading<Boolean> noContainer(Host host) {
        if (!host.natives().operatingSystem().equals("linux")) {
            return host.natives().operatingSystem().equals("macos")
                    ? Reading.known(false, "macOS has no containers of its own")
                    : Reading.unknown("no source that tells on " + host.natives().operatingSystem());
        }
        return host.exists("/sys/devices/system/cpu")
                ? Reading.known(false, "no /.dockerenv, no /run/.containerenv, nothing in " + CgroupTree.SOURCE)
                : Reading.unknown("neither /proc nor /sys can be read");
    }
}
