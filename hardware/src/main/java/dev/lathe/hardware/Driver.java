package dev.lathe.hardware;

import dev.lathe.base.Reading;

/// What stands between a device and the programs that want it.
///
/// @param name the kernel driver bound to it
/// @param version the driver's, as its vendor counts
/// @param firmware what the device itself runs
/// @param offers the newest interface it offers to programs: `CUDA 12.2`
/// @param state whether the driver does its work
public record Driver(Reading<String> name, Reading<String> version, Reading<String> firmware, Reading<String> offers,
        Reading<State> state) {

    /// Nothing known.
    public static Driver unknown(String why) {
        return new Driver(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why),
                Reading.unknown(why));
    }

    /// This with another name.
    public Driver withName(Reading<String> other) {
        return new Driver(other, version, firmware, offers, state);
    }

    /// This with another version.
    public Driver withVersion(Reading<String> other) {
        return new Driver(name, other, firmware, offers, state);
    }

    /// This with another firmware.
    public Driver withFirmware(Reading<String> other) {
        return new Driver(name, version, other, offers, state);
    }

    /// This with another interface.
    public Driver withOffers(Reading<String> other) {
        return new Driver(name, version, firmware, other, state);
    }

    /// This in another state.
    public Driver withState(Reading<State> other) {
        return new Driver(name, version, firmware, offers, other);
    }

    /// This with the gaps filled from another view of the same device.
    public Driver or(Driver other) {
        return new Driver(Views.fill(name, other.name), Views.fill(version, other.version),
                Views.fill(firmware, other.firmware),
                Views.fill(offers, other.offers), Views.fill(state, other.state));
    }

    /// Name and version, as far as they are known: `intel_vpu 1.17`.
    public String label() {
        return name.toOptional().map(it -> it + " ").orElse("") + version.toOptional().orElse("");
    }

    /// Whether a driver does its work.
    public sealed interface State {
        /// In words: `works`, `missing`, `failed: …`, `inferred: …`.
        default String words() {
            return switch (this) {
                case Works _ -> "works";
                case Missing _ -> "missing";
                case Failed(String why) -> "failed: " + why;
                case Inferred(String why) -> "inferred: " + why;
            };
        }

        /// It answers.
        record Works() implements State {}

        /// There is none.
        record Missing() implements State {}

        /// It is there and fails.
        ///
        /// @param why in the driver's or tool's words
        record Failed(String why) implements State {}

        /// Nothing shows it, but every machine of this kind has it.
        ///
        /// @param why what it is concluded from
        record Inferred(String why) implements State {}
    }
}
