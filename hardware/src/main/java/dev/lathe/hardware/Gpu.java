package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.List;

/// A graphics processor.
///
/// @param integrated whether it is part of the processor's chip
/// @param compute what the vendor calls the generation of its arithmetic: compute capability `9.0`, or `gfx942`
/// @param units streaming multiprocessors, compute units or cores, as the vendor counts them
/// @param partitions whether it is cut into several (MIG)
public record Gpu(Identity identity, Reading<Boolean> integrated, Memory memory, Driver driver,
        Reading<String> compute, Reading<Integer> units, Reading<Partitions> partitions, Load load) implements Device {

    /// A graphics processor nothing is known about.
    public static Gpu unknown(String why) {
        return new Gpu(Identity.unknown(why), Reading.unknown(why), Memory.unknown(why), Driver.unknown(why),
                Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Load.unknown(why));
    }

    /// This with another identity.
    public Gpu with(Identity other) {
        return new Gpu(other, integrated, memory, driver, compute, units, partitions, load);
    }

    /// This with another memory.
    public Gpu with(Memory other) {
        return new Gpu(identity, integrated, other, driver, compute, units, partitions, load);
    }

    /// This with another driver.
    public Gpu with(Driver other) {
        return new Gpu(identity, integrated, memory, other, compute, units, partitions, load);
    }

    /// This with another load.
    public Gpu with(Load other) {
        return new Gpu(identity, integrated, memory, driver, compute, units, partitions, other);
    }

    /// This, on the processor's chip or not.
    public Gpu withIntegrated(Reading<Boolean> other) {
        return new Gpu(identity, other, memory, driver, compute, units, partitions, load);
    }

    /// This with other arithmetic.
    public Gpu withCompute(Reading<String> generation, Reading<Integer> count) {
        return new Gpu(identity, integrated, memory, driver, generation, count, partitions, load);
    }

    /// This, cut differently.
    public Gpu withPartitions(Reading<Partitions> other) {
        return new Gpu(identity, integrated, memory, driver, compute, units, other, load);
    }

    /// This device with what it does not know filled in from another view of it.
    public Gpu or(Gpu other) {
        return new Gpu(identity.or(other.identity), Views.fill(integrated, other.integrated), memory.or(other.memory),
                driver.or(other.driver), Views.fill(compute, other.compute), Views.fill(units, other.units),
                Views.fill(partitions, other.partitions), load.or(other.load));
    }

    /// Where its data lies.
    ///
    /// @param totalBytes memory of its own; the size of a bus window or of shared memory does not count
    /// @param sharedBytes how much of the machine's memory it may use besides
    /// @param unified whether processor and graphics processor work in the same memory
    public record Memory(Reading<Long> totalBytes, Reading<Long> sharedBytes, Reading<Boolean> unified) {

        /// Nothing known.
        public static Memory unknown(String why) {
            return new Memory(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why));
        }

        /// This with the gaps filled from another.
        public Memory or(Memory other) {
            return new Memory(Views.fill(totalBytes, other.totalBytes), Views.fill(sharedBytes, other.sharedBytes),
                    Views.fill(unified, other.unified));
        }
    }

    /// How it is cut (NVIDIA MIG).
    ///
    /// @param enabled whether it can be cut at present; then only the slices run anything
    public record Partitions(boolean enabled, List<Slice> slices) {

        /// Copies the list.
        public Partitions {
            slices = List.copyOf(slices);
        }
    }

    /// One slice.
    ///
    /// @param name its profile: `3g.40gb`
    public record Slice(String name, Reading<Long> memoryBytes) {}

    /// What it does at the moment it was looked at, and how far it may go.
    public record Load(Reading<Long> clockHz, Reading<Long> maxClockHz, Reading<Long> memoryClockHz,
            Reading<Long> powerMilliwatts, Reading<Long> powerLimitMilliwatts, Reading<Double> temperatureCelsius,
            Reading<Integer> utilisationPercent, Reading<Long> usedBytes) {

        /// Nothing known.
        public static Load unknown(String why) {
            return new Load(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why),
                    Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why));
        }

        /// This with the gaps filled from another.
        public Load or(Load other) {
            return new Load(Views.fill(clockHz, other.clockHz), Views.fill(maxClockHz, other.maxClockHz),
                    Views.fill(memoryClockHz, other.memoryClockHz), Views.fill(powerMilliwatts, other.powerMilliwatts),
                    Views.fill(powerLimitMilliwatts, other.powerLimitMilliwatts),
                    Views.fill(temperatureCelsius, other.temperatureCelsius),
                    Views.fill(utilisationPercent, other.utilisationPercent), Views.fill(usedBytes, other.usedBytes));
        }
    }
}
