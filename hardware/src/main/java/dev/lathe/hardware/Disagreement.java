package dev.lathe.hardware;

import java.util.List;
import java.util.stream.Collectors;

/// A fact of a device on which sources differ. The first claim is the one believed.
///
/// @param device what the device is called
/// @param fact its name in the record: `memory.totalBytes`
public record Disagreement(String device, String fact, List<Claim> claims) {

    /// Copies the list.
    public Disagreement {
        claims = List.copyOf(claims);
    }

    /// What one source says.
    public record Claim(String value, String source) {}

    /// In words: `NVIDIA GB10, memory.totalBytes: 1 (NVML), but 2 (nvidia-smi)`.
    public String sentence() {
        return device + ", " + fact + ": "
                + claims.stream().map(claim -> claim.value() + " (" + claim.source() + ")")
                        .collect(Collectors.joining(", but "));
    }
}
