package dev.lathe.profile.backend;

import java.nio.file.Path;

/// A model opened so that the runtime notes what each operator takes. Noting costs time: nothing here is a latency.
public interface Profiling extends AutoCloseable {

    /// The session to run queries in.
    Session session();

    /// The model as the runtime has changed it for running, an ONNX file; hardware-specific.
    Path optimized();

    /// The execution provider that was asked for, by the runtime's own name.
    String provider();

    /// Stops noting and writes the profile.
    ///
    /// @return the profile's file
    Path end();

    @Override
    void close();
}
