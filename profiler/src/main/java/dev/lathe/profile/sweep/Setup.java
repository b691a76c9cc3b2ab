package dev.lathe.profile.sweep;

import dev.lathe.profile.SessionSettings;

/// One variant and how it is run: what a worker of its own is opened for.
///
/// @param variant its name
/// @param session the runtime's settings
/// @param instances sessions that run at the same time
public record Setup(String variant, SessionSettings session, int instances) {

    /// Checks the instances.
    public Setup {
        if (instances < 1) {
            throw new IllegalArgumentException(instances + " instances");
        }
    }

    /// How it is run, in words: "2 threads, no spinning, 2 instances".
    public String words() {
        return session.words() + (instances == 1 ? "" : ", " + instances + " instances");
    }

    /// The threads that may be busy at the same time.
    public int busyThreads() {
        return session.busyThreads() * instances;
    }
}
