package dev.lathe.profile.backend;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.Declared;
import dev.lathe.profile.RuntimeOffer;
import dev.lathe.profile.SessionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/// A runtime that can run models. Lives in a worker; found by its id.
public interface Backend {

    /// Permanent name, such as `onnxruntime`.
    String id();

    /// The version of the runtime's library, if it loads.
    Reading<String> version();

    /// What the runtime can run models with, here.
    ///
    /// @param libraries plugin libraries to load first: files by the names they are registered under
    /// @throws dev.lathe.base.ProblemException if one of them is no such library, or offers nothing
    default RuntimeOffer offer(SortedMap<String, String> libraries) {
        return new RuntimeOffer(List.of(), List.of());
    }

    /// Opens a model.
    ///
    /// @throws dev.lathe.base.ProblemException if the runtime does not load it, with the runtime's reason
    Session open(Path model, SessionSettings settings);

    /// Opens a model of which something is said that its file does not say; formats that say all themselves ignore it.
    ///
    /// @throws dev.lathe.base.ProblemException if the runtime does not load it, with the runtime's reason
    default Session open(Path model, SessionSettings settings, Declared declared) {
        return open(model, settings);
    }

    /// Opens a model for a run that notes what each operator takes.
    ///
    /// @param folder where the profile and the optimized model go; it exists
    /// @throws dev.lathe.base.ProblemException `not-available` if the runtime comes without that provider, or cannot note
    ///     what operators take
    default Profiling profile(Path model, SessionSettings settings, Path folder) {
        throw Problem.error("not-available", id(), "this runtime does not tell what each operator takes",
                "Profile the model with ONNX Runtime.").toException();
    }

    /// The clock that times queries; the system's, unless the backend simulates one.
    default Clock clock() {
        return System::nanoTime;
    }

    /// Whether only queries move the clock, so that instances side by side have to be simulated.
    default boolean virtualClock() {
        return false;
    }

    /// A monotonic clock.
    @FunctionalInterface
    interface Clock {
        /// Nanoseconds from an arbitrary origin.
        long nanoTime();
    }
}
