package dev.lathe.profile;

import dev.lathe.profile.meter.DeviceMeter;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What a graphics card did while single queries and batches of a subject ran on it.
///
/// @param memoryPeakBytes its memory in use at the highest, by whomever
/// @param utilisationPercent the mean of what was read after each block
/// @param powerMilliwatts the mean of what was read after each block
/// @param samples how often it was read
public record DeviceUse(OptionalLong memoryPeakBytes, OptionalDouble utilisationPercent, OptionalDouble powerMilliwatts,
        long samples) {
    private static final String SAMPLES = "deviceSamples";
    private static final String MEMORY = "deviceMemoryPeakBytes";
    private static final String UTILISATION = "deviceUtilisationPercentSum";
    private static final String POWER = "devicePowerMilliwattsSum";

    /// Keeps a reading beside the figures of a subject.
    static void note(DeviceMeter.Sample sample, String subject, int fork, BenchLog log) {
        add(subject, fork, SAMPLES, 1, log);
        sample.usedBytes().toOptional().ifPresent(bytes -> log.fact(subject, fork, MEMORY,
                Math.max(bytes, log.fact(subject, fork, MEMORY).orElse(0L))));
        sample.utilisationPercent().toOptional().ifPresent(percent -> add(subject, fork, UTILISATION, percent, log));
        sample.powerMilliwatts().toOptional().ifPresent(power -> add(subject, fork, POWER, power, log));
    }

    private static void add(String subject, int fork, String name, long value, BenchLog log) {
        log.fact(subject, fork, name, log.fact(subject, fork, name).orElse(0L) + value);
    }

    /// What a log has kept of a subject; empty where nothing was read.
    public static Optional<DeviceUse> of(String subject, int forks, BenchLog log) {
        long samples = sum(subject, forks, SAMPLES, log).orElse(0);
        if (samples == 0) {
            return Optional.empty();
        }
        OptionalLong peak = OptionalLong.empty();
        for (int fork = 0; fork < forks; fork++) {
            Optional<Long> one = log.fact(subject, fork, MEMORY);
            if (one.isPresent()) {
                peak = OptionalLong.of(Math.max(one.get(), peak.orElse(0)));
            }
        }
        return Optional.of(new DeviceUse(peak, mean(sum(subject, forks, UTILISATION, log), samples),
                mean(sum(subject, forks, POWER, log), samples), samples));
    }

    private static OptionalDouble mean(OptionalLong sum, long count) {
        return sum.isPresent() ? OptionalDouble.of((double) sum.getAsLong() / count) : OptionalDouble.empty();
    }

    private static OptionalLong sum(String subject, int forks, String name, BenchLog log) {
        OptionalLong sum = OptionalLong.empty();
        for (int fork = 0; fork < forks; fork++) {
            Optional<Long> one = log.fact(subject, fork, name);
            if (one.isPresent()) {
                sum = OptionalLong.of(sum.orElse(0) + one.get());
            }
        }
        return sum;
    }
}
