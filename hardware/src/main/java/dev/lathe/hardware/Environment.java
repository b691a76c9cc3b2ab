package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What surrounds a measurement at one moment; two of them tell whether it was disturbed ([Disturbance]).
///
/// @param atNs the moment, on a monotonic clock
/// @param loadAverage processes that ran or waited, averaged over the last minute, of the whole machine
/// @param processor frequency, temperature
/// @param cpuTimes of the whole machine since it started
/// @param ownTicks CPU time of the processes that belong to the measurement, since they started, in clock ticks
/// @param throttling how often and how long our control group was stopped for having used up its quota
/// @param memoryPressureUs for how long all programs waited for memory since the machine started (PSI `full`)
public record Environment(long atNs, Reading<Double> loadAverage, ProcessorState processor,
        Reading<CpuTimes> cpuTimes, Reading<Long> ownTicks,
        Reading<Throttling> throttling, Reading<Long> memoryPressureUs) {
    /// Clock ticks in a second, on all systems that Linux's user space knows (`USER_HZ`).
    static final int TICKS_PER_SECOND = 100;
    private static final String STAT = "/proc/stat";
    private static final String LOAD = "/proc/loadavg";
    private static final String MEMORY_PRESSURE = "/proc/pressure/memory";

    /// CPU time of all processors together, in clock ticks.
    ///
    /// @param busy spent in programs and in the kernel
    /// @param stolen in which the hypervisor ran somebody else
    /// @param total all of it, idle time included
    public record CpuTimes(long busy, long stolen, long total) {}

    /// What a CPU quota did.
    ///
    /// @param periods in which we were stopped
    /// @param stoppedNs for how long, summed over processors
    public record Throttling(long periods, long stoppedNs) {}

    /// Looks now.
    ///
    /// @param workers further processes that belong to the measurement; their children do not count. One that has ended
    /// counts as long as this process was its parent.
    public static Environment read(Host host, long... workers) {
        List<String> processes = new ArrayList<>(List.of("/proc/self"));
        Arrays.stream(workers).mapToObj(pid -> "/proc/" + pid).forEach(processes::add);
        return new Environment(System.nanoTime(), parse(host, LOAD, Environment::firstNumber),
                ProcessorState.read(host), parse(host, STAT, Environment::parseCpuTimes),
                sum(host, processes, "/stat", Environment::parseProcessTicks),
                throttling(host), parse(host, MEMORY_PRESSURE, Environment::parseFullPressure));
    }

    /// The sum over processes; one that has ended adds nothing, since its parent has inherited its times.
    private static Reading<Long> sum(Host host, List<String> processes, String file,
            Function<String, Optional<Long>> parse) {
        long sum = 0;
        for (String process : processes) {
            Optional<Long> value = host.read(process + file).flatMap(parse);
            if (value.isEmpty() && process.equals("/proc/self")) {
                return Reading.unknown("no " + process + file);
            }
            sum += value.orElse(0L);
        }
        return Reading.known(sum, "/proc/PID" + file);
    }

    private static Reading<Throttling> throttling(Host host) {
        List<String> folders = CgroupTree.read(host).map(tree -> tree.folders("cpu")).orElse(List.of());
        List<Throttling> found = folders.stream().map(folder -> host.read(folder + "/cpu.stat"))
                .flatMap(Optional::stream)
                .map(Environment::parseThrottling).flatMap(Optional::stream).toList();
        if (found.isEmpty()) {
            return Reading.unknown("no control group with a CPU quota can be read");
        }
        return Reading.known(new Throttling(found.stream().mapToLong(Throttling::periods).sum(),
                found.stream().mapToLong(Throttling::stoppedNs).sum()), "cpu.stat in " + folders.getFirst());
    }

    static <T> Reading<T> parse(Host host, String path, Function<String, Optional<T>> parse) {
        return host.read(path).flatMap(parse).<Reading<T>>map(value -> Reading.known(value, path))
                .orElse(Reading.unknown("no " + path));
    }

    /// The number a text begins with, such as the load of one minute in `/proc/loadavg`.
    static Optional<Double> firstNumber(String text) {
        try {
            return Optional.of(Double.parseDouble(text.strip().split("\\s+", -1)[0]));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// The first line of `/proc/stat`: user nice system idle iowait irq softirq steal guest guest_nice. Guests' time is in
    /// user and nice already. Source: proc(5).
    static Optional<CpuTimes> parseCpuTimes(String text) {
        String[] fields = text.lines().findFirst().orElse("").strip().split("\\s+", -1);
        if (fields.length < 9 || !fields[0].equals("cpu")) {
            return Optional.empty();
        }
        long[] ticks = new long[8];
        for (int i = 0; i < ticks.length; i++) {
            Optional<Long> value = Host.toLong(fields[i + 1]);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            ticks[i] = value.get();
        }
        long busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
        return Optional.of(new CpuTimes(busy, ticks[7], Arrays.stream(ticks).sum()));
    }

    /// utime, stime, cutime and cstime of `/proc/PID/stat`: the process and its children that have ended. The command's
    /// name in parentheses may hold anything, so fields count from the last parenthesis. Source: proc(5).
    static Optional<Long> parseProcessTicks(String text) {
        String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split("\\s+", -1);
        if (fields.length < 15) {
            return Optional.empty();
        }
        // field 3 of proc(5) is fields[0]; utime is field 14
        return Arrays.stream(fields, 11, 15).map(Host::toLong).reduce(Optional.of(0L),
                (sum, field) -> sum.flatMap(it -> field.map(ticks -> it + ticks)));
    }

    /// The total of the line `full avg10=0.00 avg60=0.00 avg300=0.00 total=123` in microseconds. Source: Linux `psi.rst`.
    static Optional<Long> parseFullPressure(String text) {
        return text.lines().filter(line -> line.startsWith("full "))
                .map(line -> Host.toLong(line.substring(line.lastIndexOf('=') + 1))).flatMap(Optional::stream)
                .findFirst();
    }

    /// `cpu.stat` of version 2 (`throttled_usec`) or 1 (`throttled_time` in ns); empty if no quota is kept account of.
    static Optional<Throttling> parseThrottling(String text) {
        Optional<Long> periods = entry(text, "nr_throttled");
        Optional<Long> stoppedNs = entry(text, "throttled_usec").map(micros -> micros * 1000)
                .or(() -> entry(text, "throttled_time"));
        return periods.flatMap(count -> stoppedNs.map(time -> new Throttling(count, time)));
    }

    private static Optional<Long> entry(String text, String key) {
        return text.lines().filter(line -> line.startsWith(key + " "))
                .map(line -> Host.toLong(line.substring(key.length())))
                .flatMap(Optional::stream).findFirst();
    }
}
