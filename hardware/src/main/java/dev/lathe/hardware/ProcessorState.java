package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.List;
import java.util.Optional;

/// How the processor stands at one moment.
///
/// @param governor the kernel's frequency policy
/// @param frequencyHz of the first core, now
/// @param hottestCelsius of all sensors that the kernel calls thermal zones
/// @param thermalThrottles how often the cores slowed down for heat since the machine started, summed over cores
public record ProcessorState(Reading<String> governor, Reading<Long> frequencyHz, Reading<Double> hottestCelsius,
        Reading<Long> thermalThrottles) {
    private static final String CPUINFO = "/proc/cpuinfo";
    private static final String CPUS = "/sys/devices/system/cpu";
    private static final String GOVERNOR = CPUS + "/cpu0/cpufreq/scaling_governor";
    private static final String FREQUENCY = CPUS + "/cpu0/cpufreq/scaling_cur_freq";
    private static final String ZONES = "/sys/class/thermal";
    private static final String THROTTLES = "thermal_throttle/core_throttle_count";

    static ProcessorState read(Host host) {
        return new ProcessorState(Environment.parse(host, GOVERNOR, Optional::of), frequency(host), hottest(host),
                throttles(host));
    }

    private static Reading<Long> frequency(Host host) {
        Reading<Long> measured = Environment.parse(host, FREQUENCY, Host::toLong).map(kilohertz -> kilohertz * 1000);
        return measured.or(Environment.parse(host, CPUINFO, ProcessorState::parseMegahertz));
    }

    private static Reading<Double> hottest(Host host) {
        return host.list(ZONES).stream().filter(zone -> zone.startsWith("thermal_zone"))
                .map(zone -> host.number(ZONES + "/" + zone + "/temp")).flatMap(Optional::stream)
                .max(Long::compare).<Reading<Double>>map(milli -> Reading.known(milli / 1000.0, ZONES))
                .orElse(Reading.unknown("no thermal zone in " + ZONES));
    }

    private static Reading<Long> throttles(Host host) {
        List<Long> counts = host.list(CPUS).stream().filter(name -> name.matches("cpu\\d+"))
                .map(name -> host.number(CPUS + "/" + name + "/" + THROTTLES)).flatMap(Optional::stream).toList();
        return counts.isEmpty()
                ? Reading.unknown("no " + CPUS + "/cpu0/" + THROTTLES)
                : Reading.known(counts.stream().mapToLong(Long::longValue).sum(), THROTTLES);
    }

    /// The first `cpu MHz` of `/proc/cpuinfo`, in hertz.
    static Optional<Long> parseMegahertz(String text) {
        return text.lines().filter(line -> line.startsWith("cpu MHz")).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1)).flatMap(Environment::firstNumber)
                .map(megahertz -> Math.round(megahertz * 1e6));
    }
}
