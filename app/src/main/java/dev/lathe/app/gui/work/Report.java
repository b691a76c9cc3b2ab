package dev.lathe.app.gui.work;

import dev.lathe.app.engine.store.RunId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A finished run as the window shows it, read from the result that the history keeps.
///
/// @param run its name in the history
/// @param model the model's file
/// @param rows one a variant, the original first
/// @param choice who won, and why
/// @param basis what the figures rest on, in sentences
/// @param bundle the folder that was written, if one was
public record Report(RunId run, Path model, List<Row> rows, Choice choice, List<String> basis, Optional<Path> bundle) {

    /// Copies the lists.
    public Report {
        rows = List.copyOf(rows);
        basis = List.copyOf(basis);
    }

    /// The decision.
    ///
    /// @param winner the chosen variant; where nothing qualifies, the closest
    /// @param qualifies whether it holds what was asked
    /// @param why in words
    public record Choice(String winner, boolean qualifies, String why) {}

    /// Reads a result.
    public static Report of(JsonNode json) {
        List<Row> rows = new ArrayList<>();
        json.path("variants").forEach(v -> rows.add(Row.of(v)));
        return new Report(new RunId(json.path("run").asString("")), Path.of(json.path("model").asString("")), rows,
                new Choice(json.path("winner").asString(""), json.path("qualifies").asBoolean(false),
                        json.path("why").asString("")),
                basis(json),
                Optional.of(json.path("bundle")).filter(JsonNode::isString).map(b -> Path.of(b.asString())));
    }

    private static List<String> basis(JsonNode json) {
        List<String> basis = new ArrayList<>();
        basis.add(
                String.format(Locale.ROOT, "Scored on %s; accuracy budget %.2f points.", json.path("data").asString(""),
                        json.path("maxDrop").asDouble(0)));
        int threads = json.path("threads").asInt(1);
        basis.add(String.format(Locale.ROOT, "Measured single-stream on %d %s within %.0f s; intervals are 95 %%.",
                threads,
                threads == 1 ? "thread" : "threads", json.path("budgetNs").asDouble(0) / 1e9));
        JsonNode again = json.path("originalAgainstItself");
        basis.add("The original against itself: " + (again.path("value").isNumber()
                ? String.format(Locale.ROOT, "%.2fx [%.2f, %.2f].", again.path("value").asDouble(),
                        again.path("low").asDouble(), again.path("high").asDouble())
                : again.path("reason").asString("not measured") + "."));
        json.path("variants").valueStream().map(v -> v.path("costPerMillion")).filter(c -> c.has("price")).findFirst()
                .ifPresent(c -> basis.add("Cost: " + c.path("price").asString("") + ", " + c.path("basis").asString("")
                        + (c.path("projection").asBoolean(false) ? " (projected)." : " (estimated).")));
        json.path("caveats").forEach(c -> basis.add("Caveat: " + c.path("where").asString("")
                + (c.path("where").asString("").isEmpty() ? "" : ": ") + c.path("what").asString("") + "."));
        return basis;
    }

    /// The row of the winner.
    public Optional<Row> winner() {
        return rows.stream().filter(r -> r.name().equals(choice.winner())).findFirst();
    }
}
