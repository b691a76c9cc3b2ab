package dev.lathe.serving;

import java.util.Optional;

/// One kind of rented machine with its list price.
///
/// @param provider `aws`, `gcp`, `azure` or the user's own word
/// @param region where the price holds
/// @param type as the provider names it: `c7i.large`
/// @param vcpu virtual CPUs
/// @param memoryGiB memory in GiB
/// @param machine architecture and accelerator
/// @param perHour price an hour, above 0
/// @param source currency, date and kind of source of the price
public record PriceEntry(String provider, String region, String type, int vcpu, double memoryGiB, Kind machine,
        double perHour, Source source) {

    /// What decides whether a measurement can be priced as this machine.
    ///
    /// @param arch `x86-64` or `arm64`; empty if the catalogue does not say
    /// @param accelerator such as "1x NVIDIA T4"; empty if it has none
    public record Kind(Optional<String> arch, Optional<String> accelerator) {}

    /// Where a price comes from.
    ///
    /// @param currency ISO 4217
    /// @param asOf date
    /// @param kind "list price, on demand, not checked since"
    public record Source(String currency, String asOf, String kind) {}

    /// Provider, type and region: "aws c7i.large us-east-1".
    public String name() {
        return provider + " " + type + " " + region;
    }

    Price price(boolean projection) {
        return new Price(perHour, source.currency(), Optional.of(source.asOf()), name(), projection);
    }

    Price times(int machines) {
        return machines == 1
                ? price(true)
                : new Price(machines * perHour, source.currency(), Optional.of(source.asOf()),
                        machines + " x " + name(), true);
    }
}
