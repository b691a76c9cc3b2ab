package dev.lathe.evaluate;

/// Which samples calibrate and which are evaluated.
public sealed interface Selection {
    /// What the description says: its separate source for calibration, or samples drawn with its seed.
    Selection DEFAULT = new Drawn();
    /// No calibration; every sample of the main source is evaluated (`--calibration none`).
    Selection NONE = new Everything();

    /// As the description says.
    record Drawn() implements Selection {}

    /// All samples evaluated.
    record Everything() implements Selection {}

    /// A named split of the description (`--split NAME`).
    record Named(String name) implements Selection {}

    /// A named split.
    static Selection split(String name) {
        return new Named(name);
    }
}
