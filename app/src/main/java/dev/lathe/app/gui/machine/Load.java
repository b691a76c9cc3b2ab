package dev.lathe.app.gui.machine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// How busy the machine is, in percent; within a container, of what the container may use.
///
/// @param cpuPercent NaN where it is not known (yet)
/// @param memoryPercent NaN where it is not known
public record Load(double cpuPercent, double memoryPercent) {

    /// The load since the last look.
    public static Load now() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        double cpu = system.getCpuLoad();
        long total = system.getTotalMemorySize();
        return new Load(cpu < 0 ? Double.NaN : 100 * cpu,
                total <= 0 ? Double.NaN : 100.0 * (total - system.getFreeMemorySize()) / total);
    }
}
