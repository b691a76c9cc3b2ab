package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.SortedSet;

/// The processor: one model, in one or more packages.
///
/// @param vendor as the processor spells it: `GenuineIntel`, `AuthenticAMD`, `ARM`, `Apple`
/// @param model the marketing name, or the names of its core designs: `Cortex-A76 + Cortex-A55`
/// @param microarchitecture for example `Zen 4`
/// @param isa the instruction sets that matter for inference, as the kernel spells them, that all cores have; see
/// [InstructionSets]
public record Cpu(Reading<String> vendor, Reading<String> model, Reading<String> microarchitecture, Cores cores,
        Caches caches, Clock clock, Reading<SortedSet<String>> isa) implements Device {

    /// A processor nothing is known about.
    public static Cpu unknown(String why) {
        return new Cpu(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Cores.unknown(why),
                Caches.unknown(why), Clock.unknown(why), Reading.unknown(why));
    }

    /// This processor with what it does not know filled in from another view of it.
    public Cpu or(Cpu other) {
        return new Cpu(vendor.or(other.vendor), model.or(other.model), microarchitecture.or(other.microarchitecture),
                cores.or(other.cores), caches.or(other.caches), clock.or(other.clock), isa.or(other.isa));
    }

    /// How many of everything there is, in the whole machine.
    ///
    /// @param packages sockets
    /// @param physical cores
    /// @param logical hardware threads that are online
    /// @param performance fast cores, where there are two kinds
    /// @param efficiency slow cores, where there are two kinds
    /// @param lowPower cores of a third, still slower kind, which are in neither
    /// @param smt whether some cores run several threads at once at present (hyper-threading)
    /// @param numaNodes parts of the machine with memory of their own
    public record Cores(Reading<Integer> packages, Reading<Integer> physical, Reading<Integer> logical,
            Reading<Integer> performance, Reading<Integer> efficiency, Reading<Integer> lowPower,
            Reading<Boolean> smt, Reading<Integer> numaNodes) {

        /// Nothing known.
        public static Cores unknown(String why) {
            return new Cores(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why),
                    Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why));
        }

        /// These with the gaps filled from others.
        public Cores or(Cores other) {
            return new Cores(packages.or(other.packages), physical.or(other.physical), logical.or(other.logical),
                    performance.or(other.performance), efficiency.or(other.efficiency),
                    lowPower.or(other.lowPower), smt.or(other.smt),
                    numaNodes.or(other.numaNodes));
        }
    }

    /// One level of cache. Where core kinds differ, the largest; the smaller ones are not counted.
    ///
    /// @param sizeBytes of one instance
    /// @param instances how many such caches the machine has
    public record Cache(long sizeBytes, int instances) {}

    /// The caches, by level.
    public record Caches(Reading<Cache> l1d, Reading<Cache> l1i, Reading<Cache> l2, Reading<Cache> l3) {

        /// Nothing known.
        public static Caches unknown(String why) {
            return new Caches(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why));
        }

        /// These with the gaps filled from others.
        public Caches or(Caches other) {
            return new Caches(l1d.or(other.l1d), l1i.or(other.l1i), l2.or(other.l2), l3.or(other.l3));
        }
    }

    /// Frequencies of the first core, in hertz, and who sets them.
    ///
    /// @param baseHz the nominal frequency
    /// @param maxHz the highest it may reach
    /// @param currentHz when it was read
    /// @param governor the kernel's policy, for example `performance`
    public record Clock(Reading<Long> baseHz, Reading<Long> maxHz, Reading<Long> currentHz,
            Reading<String> governor) {

        /// Nothing known.
        public static Clock unknown(String why) {
            return new Clock(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why));
        }

        /// This with the gaps filled from another.
        public Clock or(Clock other) {
            return new Clock(baseHz.or(other.baseHz), maxHz.or(other.maxHz), currentHz.or(other.currentHz),
                    governor.or(other.governor));
        }
    }
}
