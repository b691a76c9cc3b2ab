package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.WholeFile;
import dev.lathe.profile.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The paces at which a machine was seen to work, kept beside the caches: what a run that is slow throughout is held against.
///
/// @param file one for each machine; the latest paces, oldest first
record EarlierPaces(Path file) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int KEPT = 200;

    static EarlierPaces of(Path cache, String fingerprint) {
        return new EarlierPaces(cache.resolve("paces-" + fingerprint + ".json"));
    }

    /// What this run's pace shows against the earlier ones, to which it is added.
    List<Problem> note(Pace pace) {
        List<Pace> earlier = read();
        List<Pace> kept = new ArrayList<>(earlier.subList(Math.max(0, earlier.size() - KEPT + 1), earlier.size()));
        kept.add(pace);
        try {
            WholeFile.write(file, JSON.writeValueAsString(kept));
        } catch (IOException _) {
            // the next run compares with what was kept before
        }
        return earlier.isEmpty() ? List.of() : pace.against(earlier);
    }

    private List<Pace> read() {
        try {
            return JSON.readValue(Files.readString(file), new TypeReference<>() {
            });
        } catch (IOException | JacksonException _) {
            return List.of();
        }
    }
}
