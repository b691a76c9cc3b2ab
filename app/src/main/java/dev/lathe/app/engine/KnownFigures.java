package dev.lathe.app.engine;

import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.store.RunFilter;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.Standing;
import dev.lathe.base.Sha256;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What the history has of a variant beside the model it was made of, as entries of a result's `variants`.
///
/// @param scoreBefore the parent's, on the same data as the variant's
/// @param scoreAfter the variant's
/// @param speed the variant's, with the ratio to its parent
public record KnownFigures(Optional<JsonNode> scoreBefore, Optional<JsonNode> scoreAfter, Optional<JsonNode> speed) {
    private static final String SCORE = "score";
    private static final String RATIO = "ratioToOriginal";

    /// A variant's score, and its parent's beside it.
    private record Scores(Optional<JsonNode> before, JsonNode after) {}

    /// Looks for the newest.
    ///
    /// @param machine the machine's fingerprint: speed on another one is none here
    /// @param variant a file of the workspace, named after the variant's id
    static KnownFigures of(RunStore store, String machine, Path parent, Path variant) {
        String id = String.valueOf(variant.getFileName()).replaceFirst("\\.onnx$", "");
        String sha256 = Sha256.ofFile(parent);
        Optional<Scores> scores = Stream.concat(
                runs(store, "evaluate", Sha256.ofFile(variant)).flatMap(r -> evaluated(store, r, sha256).stream()),
                runs(store, "auto", sha256).flatMap(r -> row(r, id).filter(v -> v.has(SCORE))
                        .map(v -> new Scores(named(r, Decision.ORIGINAL).filter(o -> o.has(SCORE)), v)).stream()))
                .findFirst();
        Optional<JsonNode> speed = Stream.of("measure", "auto").flatMap(verb -> runs(store, verb, sha256))
                .filter(r -> r.environment().path("fingerprint").asString("").equals(machine))
                .flatMap(r -> row(r, id).or(() -> named(r, id)).stream())
                .filter(v -> v.path(RATIO).path("value").isNumber()).findFirst();
        return new KnownFigures(scores.flatMap(Scores::before), scores.map(Scores::after), speed);
    }

    /// The parent's score counts where it was taken on the same samples.
    private static Optional<Scores> evaluated(RunStore store, StoredResult after, String parentSha256) {
        return first(after).filter(v -> v.has(SCORE)).map(v -> new Scores(
                runs(store, "evaluate", parentSha256).filter(b -> onSame(b, after)).flatMap(b -> first(b).stream())
                        .filter(b -> b.has(SCORE)).findFirst(),
                v));
    }

    private static boolean onSame(StoredResult one, StoredResult other) {
        return Stream.of("dataSha256", "selection").allMatch(f -> one.plan().path(f).equals(other.plan().path(f)));
    }

    private static Stream<StoredResult> runs(RunStore store, String verb, String sha256) {
        return store.summaries(new RunFilter(Optional.of(sha256), Optional.of(verb), Optional.of(Standing.FINISHED),
                Optional.empty())).stream().flatMap(s -> store.run(s.id()).map(StoredResult::of).stream());
    }

    private static Optional<JsonNode> first(StoredResult run) {
        return run.result().path("variants").valueStream().findFirst();
    }

    private static Optional<JsonNode> row(StoredResult run, String id) {
        return run.result().path("variants").valueStream().filter(v -> v.path("id").asString("").equals(id))
                .findFirst();
    }

    private static Optional<JsonNode> named(StoredResult run, String name) {
        return run.result().path("variants").valueStream().filter(v -> v.path("name").asString("").equals(name))
                .findFirst();
    }
}
