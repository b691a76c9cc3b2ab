package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Probe;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The processor as Linux shows it in `/proc/cpuinfo` and `/sys/devices/system/cpu`.
@AutoService(Probe.class)
public final class LinuxCpu implements Probe {
    static final String CPUS = "/sys/devices/system/cpu";
    private static final Pattern NOMINAL = Pattern.compile("@ (\\d+(?:\\.\\d+)?)GHz");
    private static final long HERTZ_PER_KILOHERTZ = 1000;

    @Override
    public String title() {
        return "procfs and sysfs on the processor";
    }

    @Override
    public boolean isEssential() {
        return true;
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public List<Device> find(Host host) {
        Optional<CpuInfo> text = host.read(CpuInfo.SOURCE).map(CpuInfo::parse);
        SortedSet<Integer> online = host.cpuList(CPUS + "/online");
        if (text.isEmpty() && online.isEmpty()) {
            return List.of();
        }
        CpuInfo info = text.orElse(new CpuInfo(List.of()));
        return List.of(
                new Cpu(info.vendor(), info.model(), info.microarchitecture(), new Topology(host, info, online).cores(),
                        CacheFolders.read(host, online), clock(host, info), info.isa()));
    }

    private static Cpu.Clock clock(Host host, CpuInfo info) {
        Reading<Long> nominal = info.first("model name").map(NOMINAL::matcher).filter(Matcher::find)
                .<Reading<Long>>map(match -> Reading.known(Math.round(Double.parseDouble(match.group(1)) * 1e9),
                        CpuInfo.SOURCE + ", model name"))
                .orElse(Reading.unknown("neither cpufreq nor the model name tells it"));
        Reading<Long> current = info.first("cpu MHz").flatMap(Numbers::megahertz)
                .<Reading<Long>>map(hertz -> Reading.known(hertz, CpuInfo.SOURCE))
                .orElse(Reading.unknown("neither cpufreq nor " + CpuInfo.SOURCE + " tells it"));
        String governor = CPUS + "/cpu0/cpufreq/scaling_governor";
        return new Cpu.Clock(hertz(host, "base_frequency").or(nominal), hertz(host, "cpuinfo_max_freq"),
                hertz(host, "scaling_cur_freq").or(current),
                host.read(governor).<Reading<String>>map(it -> Reading.known(it, governor))
                        .orElse(Reading.unknown("no cpufreq for this processor")));
    }

    private static Reading<Long> hertz(Host host, String file) {
        String path = CPUS + "/cpu0/cpufreq/" + file;
        return host.number(path).<Reading<Long>>map(kilohertz -> Reading.known(kilohertz * HERTZ_PER_KILOHERTZ, path))
                .orElse(Reading.unknown("no " + path));
    }
}
