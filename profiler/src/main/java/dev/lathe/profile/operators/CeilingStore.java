package dev.lathe.profile.operators;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Progress;
import dev.lathe.base.Sha256;
import dev.lathe.base.WholeFile;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Keeps measured [Ceilings]: one file for each machine, number of threads and version of the runtime.
///
/// @param folder where the files are; made when it is first needed
public record CeilingStore(Path folder) {
    /// Raised when the tests change, so that old figures are measured again.
    private static final String VERSION = "1";

    /// The ceilings that are kept, or freshly measured ones.
    ///
    /// @param machine what tells machines apart, see `Machine.fingerprint()`
    /// @param runtime the runtime's name and version
    /// @param largestBytes working set of the largest copy: larger than the caches, and well within the memory
    /// @param fresh whether they are measured even if they are kept
    public Ceilings of(String machine, String runtime, long largestBytes, boolean fresh, WorkerSettings workers,
            SessionSettings session, Cancellation cancellation, Progress.Listener progress) {
        Path file = file(machine, runtime, session);
        Optional<Ceilings> kept = fresh ? Optional.empty() : read(file);
        return kept.orElseGet(() -> {
            Ceilings measured = new CeilingBench(workers, session, cancellation).measure(largestBytes, runtime,
                    progress);
            write(file, measured);
            return measured;
        });
    }

    Path file(String machine, String runtime, SessionSettings session) {
        return folder.resolve("ceilings-" + Sha256.ofText(String.join("\n", VERSION, machine, runtime,
                String.valueOf(session.intraOpThreads()))).substring(0, 16) + ".json");
    }

    /// What a file holds; nothing if it is not there, or is broken: then it is measured again.
    static Optional<Ceilings> read(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(ProfileJson.ceilings(new JsonMapper().readTree(Files.readString(file))))
                    : Optional.empty();
        } catch (IOException | JacksonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static void write(Path file, Ceilings ceilings) {
        try {
            WholeFile.write(file, ProfileJson.of(ceilings).toString());
        } catch (IOException _) {
            // kept nowhere, they are measured again the next time
        }
    }
}
