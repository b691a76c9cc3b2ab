package dev.lathe.app.chart;

/// A ceiling of a machine in a roofline.
///
/// @param words what it is and how high, as it stands beside its line: `float32 506 GFLOP/s`
/// @param value in GFLOP/s, or in GB/s for a bandwidth
/// @param bandwidth whether it is one: then it rises with the operations a byte
public record Roof(String words, double value, boolean bandwidth) {
    /// How the names of its line begins: it has no hue.
    static final String NAME = "ceiling ";
}
