package dev.lathe.app.gui.machine;

import com.sun.management.OperatingSystemMXBean;
import dev.lathe.hardware.Host;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Supplier;

/// How busy the machine is, in percent; within a container, of what the container may use.
///
/// @param cpuPercent NaN where it is not known (yet)
/// @param memoryPercent NaN where it is not known
/// @param sensors what can be read besides, in an order that stays
public record Load(double cpuPercent, double memoryPercent, List<Sensor> sensors) {

    /// Copies the list.
    public Load {
        sensors = List.copyOf(sensors);
    }

    /// A load with no sensors.
    public Load(double cpuPercent, double memoryPercent) {
        this(cpuPercent, memoryPercent, List.of());
    }

    /// What a sensor tells.
    ///
    /// @param name for example `CPU temperature`
    /// @param unit for example `°C`
    public record Sensor(String name, String unit, double value) {}

    /// The load since the last look.
    public static Load now() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        double cpu = system.getCpuLoad();
        long total = system.getTotalMemorySize();
        return new Load(cpu < 0 ? Double.NaN : 100 * cpu,
                total <= 0 ? Double.NaN : 100.0 * (total - system.getFreeMemorySize()) / total);
    }

    /// Gives the load since the last look, with the sensors of a machine; these are read beside, and come a look later.
    public static Supplier<Load> of(Host host) {
        Sensors sensors = new Sensors(host);
        // the first look has none before it to be held against, and would show an idle processor
        now();
        return () -> {
            Load now = now();
            return new Load(now.cpuPercent, now.memoryPercent, sensors.latest());
        };
    }
}
