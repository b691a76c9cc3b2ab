package dev.lathe.hardware;

import dev.lathe.base.Reading;

/// A neural processing unit.
///
/// @param cores it is made of, as its vendor counts them
/// @param clockHz when it was read
/// @param maxClockHz the highest it may reach
public record Npu(Identity identity, Driver driver, Reading<Integer> cores, Reading<Long> clockHz,
        Reading<Long> maxClockHz) implements Device {

    /// A unit nothing is known about.
    public static Npu unknown(String why) {
        return new Npu(Identity.unknown(why), Driver.unknown(why), Reading.unknown(why), Reading.unknown(why),
                Reading.unknown(why));
    }

    /// This with another identity.
    public Npu with(Identity other) {
        return new Npu(other, driver, cores, clockHz, maxClockHz);
    }

    /// This with another driver.
    public Npu with(Driver other) {
        return new Npu(identity, other, cores, clockHz, maxClockHz);
    }

    /// This with another number of cores.
    public Npu withCores(Reading<Integer> other) {
        return new Npu(identity, driver, other, clockHz, maxClockHz);
    }

    /// This with other frequencies.
    public Npu withClock(Reading<Long> current, Reading<Long> highest) {
        return new Npu(identity, driver, cores, current, highest);
    }

    /// This device with what it does not know filled in from another view of it.
    public Npu or(Npu other) {
        return new Npu(identity.or(other.identity), driver.or(other.driver), Views.fill(cores, other.cores),
                Views.fill(clockHz, other.clockHz), Views.fill(maxClockHz, other.maxClockHz));
    }
}
