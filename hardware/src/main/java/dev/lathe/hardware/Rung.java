package dev.lathe.hardware;

/// The four steps from a device to a model that runs on it: it is there (`PRESENT`), its driver works (`DRIVER_WORKS`), a
/// runtime that can drive it loads (`RUNTIME_LOADS`), and that runtime ran a probe model with nodes placed on it (`RAN_MODEL`).
///
/// The first two are found here, the others by a worker of the profiler.
public enum Rung {
    PRESENT("present"), DRIVER_WORKS("driver works"), RUNTIME_LOADS("runtime loads"), RAN_MODEL("ran a probe model");

    private final String words;

    Rung(String words) {
        this.words = words;
    }

    /// In words: `driver works`.
    public String words() {
        return words;
    }
}
