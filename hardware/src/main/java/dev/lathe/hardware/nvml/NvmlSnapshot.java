package dev.lathe.hardware.nvml;

import dev.lathe.base.Reading;
import java.util.List;
import java.util.Optional;

/// What the library told at one moment.
///
/// @param failure why it could not be started, in its own words; then there are no cards
/// @param failedWith its status number, 0 if it started
/// @param driverVersion of the kernel driver
/// @param libraryVersion of the library, where it tells
/// @param cudaVersion the newest that the driver offers: `13.1`
public record NvmlSnapshot(Optional<String> failure, int failedWith, Reading<String> driverVersion,
        Reading<String> libraryVersion, Reading<String> cudaVersion, List<Card> cards) {

    /// Copies the list.
    public NvmlSnapshot {
        cards = List.copyOf(cards);
    }

    /// One card.
    ///
    /// @param failure why it cannot be asked, for example `GPU is lost`
    /// @param pciId `vendor:device` in lower-case hexadecimal digits
    /// @param busId with a domain of eight digits: `00000000:01:00.0`
    /// @param compute `9.0`
    public record Card(Optional<String> failure, Reading<String> name, Reading<String> pciId, Reading<String> busId,
            Reading<Long> memoryBytes, Reading<String> compute, Reading<Mig> mig, Sample sample) {}

    /// Whether a card is cut, and into what.
    public record Mig(boolean enabled, List<Slice> slices) {

        /// Copies the list.
        public Mig {
            slices = List.copyOf(slices);
        }
    }

    /// A slice of a card.
    public record Slice(Reading<String> name, Reading<Long> memoryBytes) {}

    /// What changes from moment to moment.
    public record Sample(Reading<Long> clockHz, Reading<Long> maxClockHz, Reading<Long> memoryClockHz,
            Reading<Long> powerMilliwatts, Reading<Long> powerLimitMilliwatts, Reading<Double> temperatureCelsius,
            Reading<Integer> utilisationPercent, Reading<Long> usedBytes) {}
}
