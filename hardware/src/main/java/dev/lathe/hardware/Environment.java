package dev.lathe.hardware;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// What surrounds a measurement at one moment; two of them tell whether it was disturbed.
///
/// @param loadAverage processes that ran or waited, averaged over the last minute, of the whole machine
/// @param governor the kernel's frequency policy
/// @param frequencyHz of the first core, now
/// @param cpuTimes of the whole machine since it started
/// @param ownTicks CPU time of the processes that belong to the measurement, since they started, in clock ticks
/// @param involuntarySwitches how often the kernel took the CPU from one of these processes
/// @param throttling how often and how long our control group was stopped for having used up its quota
public record Environment(Reading<Double> loadAverage, Reading<String> governor, Reading<Long> frequencyHz,
        Reading<CpuTimes> cpuTimes, Reading<Long> ownTicks, Reading<Long> involuntarySwitches,
        Reading<Throttling> throttling) {
    private static final double STEAL_LIMIT = 0.01;
    private static final double OTHER_LOAD_LIMIT = 0.10;
    private static final String STAT = "/proc/stat";
    private static final String LOAD = "/proc/loadavg";
    private static final String CPUINFO = "/proc/cpuinfo";
    private static final String GOVERNOR = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
    private static final String FREQUENCY = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq";

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
        return new Environment(parse(host, LOAD, Environment::firstNumber), parse(host, GOVERNOR, Optional::of),
                frequency(host),
                parse(host, STAT, Environment::parseCpuTimes), ownTicks(host, processes), switches(host, processes),
                throttling(host));
    }

    /// What disturbed a measurement between two moments, as caveats for its result. What cannot be read is not complained of.
    public static List<Problem> caveats(Environment before, Environment after) {
        List<Problem> caveats = new ArrayList<>();
        Optional<CpuTimes> start = before.cpuTimes.toOptional();
        Optional<CpuTimes> end = after.cpuTimes.toOptional();
        if (start.isPresent() && end.isPresent() && end.get().total() > start.get().total()) {
            double total = end.get().total() - start.get().total();
            stolen((end.get().stolen() - start.get().stolen()) / total).ifPresent(caveats::add);
            long busy = end.get().busy() - start.get().busy();
            difference(before.ownTicks, after.ownTicks).flatMap(own -> otherLoad((busy - own) / total))
                    .ifPresent(caveats::add);
        }
        throttled(before, after).ifPresent(caveats::add);
        return List.copyOf(caveats);
    }

    private static Optional<Problem> stolen(double share) {
        return share <= STEAL_LIMIT
                ? Optional.empty()
                : Optional.of(Problem.warning("steal-time", "", "the hypervisor took " + percent(share)
                        + " of the CPU time for others during the measurement", "Repeat it when the host is quieter."));
    }

    private static Optional<Problem> otherLoad(double share) {
        return share <= OTHER_LOAD_LIMIT
                ? Optional.empty()
                : Optional.of(Problem.warning("other-load", "", "other programs used " + percent(share)
                        + " of the CPU time during the measurement", "Stop them and repeat it."));
    }

    private static Optional<Problem> throttled(Environment before, Environment after) {
        Optional<Throttling> start = before.throttling.toOptional();
        Optional<Throttling> end = after.throttling.toOptional();
        if (start.isEmpty() || end.isEmpty() || end.get().periods() <= start.get().periods()) {
            return Optional.empty();
        }
        String stopped = String.format(Locale.ROOT, "%.0f ms", (end.get().stoppedNs() - start.get().stoppedNs()) / 1e6);
        return Optional.of(Problem.warning("cpu-throttled", "",
                "the control group's CPU quota stopped the measurement " + (end.get().periods() - start.get().periods())
                        + " times, for " + stopped + " of CPU time",
                "Use fewer threads than the limit, or raise it."));
    }

    /// How often the kernel took the CPU away between two moments, if it can be told.
    public static Optional<Long> involuntarySwitches(Environment before, Environment after) {
        return difference(before.involuntarySwitches, after.involuntarySwitches);
    }

    private static Optional<Long> difference(Reading<Long> before, Reading<Long> after) {
        return before.toOptional().flatMap(start -> after.toOptional().map(end -> end - start)).filter(it -> it >= 0);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    private static Reading<Long> ownTicks(Host host, List<String> processes) {
        return sum(host, processes, "/stat", Environment::parseProcessTicks);
    }

    private static Reading<Long> switches(Host host, List<String> processes) {
        return sum(host, processes, "/status",
                text -> Limits.statusLine(text, "nonvoluntary_ctxt_switches").flatMap(Host::toLong));
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

    private static Reading<Long> frequency(Host host) {
        Reading<Long> measured = parse(host, FREQUENCY, Host::toLong).map(kilohertz -> kilohertz * 1000);
        return measured.or(parse(host, CPUINFO, Environment::parseMegahertz));
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

    private static <T> Reading<T> parse(Host host, String path, Function<String, Optional<T>> parse) {
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

    /// The first `cpu MHz` of `/proc/cpuinfo`, in hertz.
    static Optional<Long> parseMegahertz(String text) {
        return text.lines().filter(line -> line.startsWith("cpu MHz")).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1)).flatMap(Environment::firstNumber)
                .map(megahertz -> Math.round(megahertz * 1e6));
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
