package dev.lathe.hardware;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// What disturbed a measurement between two moments, as caveats for its result. What cannot be read is not complained of.
public final class Disturbance {
    private static final double STEAL_LIMIT = 0.01;
    private static final double OTHER_LOAD_LIMIT = 0.10;
    private static final double FREQUENCY_LIMIT = 0.15;
    private static final double PRESSURE_LIMIT = 0.01;
    private static final List<String> SLOW_GOVERNORS = List.of("powersave", "ondemand", "conservative");

    private Disturbance() {}

    /// The caveats of what was measured between two moments.
    public static List<Problem> between(Environment before, Environment after) {
        List<Problem> caveats = new ArrayList<>();
        Optional<Environment.CpuTimes> start = before.cpuTimes().toOptional();
        Optional<Environment.CpuTimes> end = after.cpuTimes().toOptional();
        if (start.isPresent() && end.isPresent() && end.get().total() > start.get().total()) {
            double total = end.get().total() - start.get().total();
            stolen((end.get().stolen() - start.get().stolen()) / total).ifPresent(caveats::add);
            long busy = end.get().busy() - start.get().busy();
            difference(before, after, Environment::ownTicks).flatMap(own -> otherLoad((busy - own) / total))
                    .ifPresent(caveats::add);
        }
        throttled(before, after).ifPresent(caveats::add);
        heat(before, after).ifPresent(caveats::add);
        frequency(before, after).ifPresent(caveats::add);
        governor(after).ifPresent(caveats::add);
        pressure(before, after).ifPresent(caveats::add);
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
        Optional<Environment.Throttling> start = before.throttling().toOptional();
        Optional<Environment.Throttling> end = after.throttling().toOptional();
        if (start.isEmpty() || end.isEmpty() || end.get().periods() <= start.get().periods()) {
            return Optional.empty();
        }
        String stopped = String.format(Locale.ROOT, "%.0f ms", (end.get().stoppedNs() - start.get().stoppedNs()) / 1e6);
        return Optional.of(Problem.warning("cpu-throttled", "",
                "the control group's CPU quota stopped the measurement " + (end.get().periods() - start.get().periods())
                        + " times, for " + stopped + " of CPU time",
                "Use fewer threads than the limit, or raise it."));
    }

    private static Optional<Problem> heat(Environment before, Environment after) {
        return difference(before, after, e -> e.processor().thermalThrottles()).filter(times -> times > 0)
                .map(times -> Problem.warning("thermal-throttling", "",
                        "the processor slowed down for heat " + times + " times during the measurement"
                                + after.processor().hottestCelsius().toOptional()
                                        .map(c -> String.format(Locale.ROOT, ", at %.0f °C", c)).orElse(""),
                        "Cool it, or measure with pauses."));
    }

    private static Optional<Problem> frequency(Environment before, Environment after) {
        Optional<Long> start = before.processor().frequencyHz().toOptional().filter(hertz -> hertz > 0);
        Optional<Long> end = after.processor().frequencyHz().toOptional().filter(hertz -> hertz > 0);
        if (start.isEmpty() || end.isEmpty()) {
            return Optional.empty();
        }
        double change = Math.abs(Math.log((double) end.get() / start.get()));
        return change <= FREQUENCY_LIMIT
                ? Optional.empty()
                : Optional.of(Problem.warning("frequency-changed", "",
                        String.format(Locale.ROOT, "the processor's frequency went from %.2f to %.2f GHz",
                                start.get() / 1e9, end.get() / 1e9),
                        "Set a fixed frequency (cpupower frequency-set), and repeat it."));
    }

    private static Optional<Problem> governor(Environment after) {
        return after.processor().governor().toOptional().filter(SLOW_GOVERNORS::contains)
                .map(name -> Problem.warning("governor", "",
                        "the frequency governor is " + name + ": the processor may run below its speed",
                        "Set it to performance (cpupower frequency-set -g performance)."));
    }

    private static Optional<Problem> pressure(Environment before, Environment after) {
        double wallUs = (after.atNs() - before.atNs()) / 1e3;
        return difference(before, after, Environment::memoryPressureUs)
                .filter(us -> wallUs > 0 && us / wallUs > PRESSURE_LIMIT)
                .map(us -> Problem.warning("memory-pressure", "",
                        "all programs waited for memory for " + percent(us / wallUs) + " of the time",
                        "Free memory, or measure fewer models at once."));
    }

    private static Optional<Long> difference(Environment before, Environment after,
            Function<Environment, Reading<Long>> what) {
        return what.apply(before).toOptional()
                .flatMap(start -> what.apply(after).toOptional().map(end -> end - start)).filter(it -> it >= 0);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
}
