package dev.lathe.optimize;

/// What a pass must know about the machine a variant is made for.
///
/// @param capabilityKey names the capabilities that decide a variant's bytes, for example `x86-64/vnni`
/// @param hasInt8DotProduct whether the processor sums products of 8-bit numbers without saturating in between (VNNI, AMX,
///     NEON dot product); without it, weights get 7 bits
/// @param isProcessor whether it is the processor, not a device beside it
public record OptimizationTarget(String capabilityKey, boolean hasInt8DotProduct, boolean isProcessor) {

    /// A processor.
    public OptimizationTarget(String capabilityKey, boolean hasInt8DotProduct) {
        this(capabilityKey, hasInt8DotProduct, true);
    }

    /// A target that is not the processor: its own arithmetic sums exactly.
    ///
    /// @param provider the execution provider's short name, for example `cuda`
    public static OptimizationTarget elsewhere(String provider) {
        return new OptimizationTarget(provider, true, false);
    }
}
