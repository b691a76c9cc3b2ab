package dev.lathe.hardware;

import java.util.List;

/// Looks for devices in one source of truth. Found through a service entry (`@AutoService(Probe.class)`).
///
/// A probe throws nothing for a missing file, a missing tool or nonsense in either; it returns less.
public interface Probe {
    /// The devices this source tells of, in its own order; facts it is silent about are Unknown.
    List<Device> find(Host host);

    /// What it looks at, in a few words: `NVIDIA's management library`.
    String title();

    /// Which source is believed first: lower goes first, and others fill in what it does not know.
    int rank();

    /// Whether the machine is not to be described without this source: it reads files that cannot hang, or tools that are
    /// timed out themselves, and is waited for longer where the machine is busy.
    default boolean isEssential() {
        return false;
    }
}
