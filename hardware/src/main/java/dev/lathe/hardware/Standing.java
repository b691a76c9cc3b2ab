package dev.lathe.hardware;

/// Whether a device stands on a rung of its ladder.
public sealed interface Standing {

    /// It does.
    ///
    /// @param what in words that stand alone: `driver intel_vpu 1.17 works`
    /// @param source where that is known from
    record Reached(String what, String source) implements Standing {}

    /// It does not.
    ///
    /// @param what in words that stand alone: `no driver`
    /// @param remedy one sentence: what to do
    record Broken(String what, String remedy) implements Standing {}

    /// Nobody has looked, or nothing tells.
    ///
    /// @param what in words that stand alone: `no runtime was tried`
    /// @param remedy one sentence that says what to do, or empty
    record Untold(String what, String remedy) implements Standing {}
}
