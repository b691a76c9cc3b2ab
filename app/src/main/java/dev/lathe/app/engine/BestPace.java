package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.WholeFile;
import dev.lathe.profile.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The best pace at which a machine was seen to work, kept beside the caches: what a run that is slow throughout is held
/// against.
///
/// @param file one for each machine
record BestPace(Path file) {
    private static final JsonMapper JSON = new JsonMapper();

    static BestPace of(Path cache, String fingerprint) {
        return new BestPace(cache.resolve("pace-" + fingerprint + ".json"));
    }

    /// What this run's pace shows against the best, which it may become.
    List<Problem> note(Pace pace) {
        Optional<Pace> best = read();
        write(best.map(pace::best).orElse(pace));
        return best.map(pace::against).orElse(List.of());
    }

    private Optional<Pace> read() {
        try {
            return Optional.of(JSON.readValue(Files.readString(file), Pace.class));
        } catch (IOException | JacksonException _) {
            return Optional.empty();
        }
    }

    private void write(Pace pace) {
        try {
            WholeFile.write(file, JSON.writeValueAsString(pace));
        } catch (IOException _) {
            // the next run compares with what was kept before
        }
    }
}
