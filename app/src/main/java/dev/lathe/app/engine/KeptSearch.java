package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.WholeFile;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a search has found, as the workspace keeps it for the next run that asks the same.
///
/// @param recipe the recipe it came to
/// @param unmet that it does not hold the budget, which every run that takes it tells again
record KeptSearch(Recipe recipe, Optional<Problem> unmet) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// What a file holds; nothing if it is not there, or is broken: then it is searched again.
    static Optional<KeptSearch> read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            JsonNode kept = JSON.readTree(Files.readString(file));
            JsonNode unmet = kept.path("unmet");
            return Optional.of(new KeptSearch(Recipes.parse(kept.path("recipe").toString(), file.toString()),
                    unmet.isObject() ? Optional.of(problem(unmet)) : Optional.empty()));
        } catch (IOException | JacksonException | ProblemException _) {
            return Optional.empty();
        }
    }

    private static Problem problem(JsonNode kept) {
        return Problem.warning(kept.path("code").asString(), kept.path("where").asString(),
                kept.path("what").asString(), kept.path("remedy").asString());
    }

    /// The recipe, once it was told what is wrong with it.
    Recipe told(Consumer<Problem> listener) {
        unmet.ifPresent(listener);
        return recipe;
    }

    /// Writes it whole or not at all; kept nowhere, it is searched again the next time.
    void write(Path file) {
        ObjectNode kept = JSON.createObjectNode();
        kept.set("recipe", JSON.readTree(Recipes.toJson(recipe)));
        unmet.ifPresent(p -> kept.putObject("unmet").put("code", p.code()).put("where", p.where())
                .put("what", p.what()).put("remedy", p.remedy()));
        try {
            WholeFile.write(file, kept.toString());
        } catch (IOException _) {
            // as said above
        }
    }
}
