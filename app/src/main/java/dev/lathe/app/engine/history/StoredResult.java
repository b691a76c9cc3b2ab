package dev.lathe.app.engine.history;

import dev.lathe.app.engine.store.Run;
import dev.lathe.base.Problem;
import dev.lathe.base.Severity;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A run as it is kept, with its JSON read: of any verb, of any age. What a version to come has added is passed over.
///
/// @param run the run
/// @param plan what was asked for
/// @param environment the machine and the versions
/// @param result what came out, `"event": "result"`; or why it stopped, `"event": "stopped"`; else missing
public record StoredResult(Run run, JsonNode plan, JsonNode environment, JsonNode result) {
    private static final JsonMapper JSON = new JsonMapper();

    /// Reads a run. Never fails: what cannot be read is as good as missing.
    public static StoredResult of(Run run) {
        return new StoredResult(run, read(run.request().planJson()), read(run.request().environmentJson()),
                read(run.resultJson().orElse("{}")));
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException _) {
            return JSON.createObjectNode();
        }
    }

    /// Whether the run came to a result.
    public boolean isComplete() {
        return result.path("event").asString("").equals("result");
    }

    /// One row a variant or model, in the order they were measured; empty where there is no result.
    public List<StoredRow> rows() {
        return result.path("variants").valueStream().map(StoredRow::of).toList();
    }

    /// One row a cell, where a grid was measured; each has what its variant has, for one batch and one setting.
    public List<StoredRow> cells() {
        return result.path("cells").valueStream().map(StoredRow::of).toList();
    }

    /// What may have disturbed the figures.
    public List<Problem> caveats() {
        return problems("caveats");
    }

    /// Why the run stopped short of a result; empty if it did not, or was cancelled.
    public List<Problem> stoppedBy() {
        return problems("problems");
    }

    /// The reference against itself: what the bench could tell apart; several where several settings were measured.
    public List<StoredFigure> againstItself() {
        return Stream.of("originalAgainstItself", "againstItself", "firstAgainstItself").map(result::path)
                .flatMap(node -> node.isArray() ? node.valueStream() : Stream.of(node)).filter(JsonNode::isObject)
                .map(node -> StoredFigure.of("the reference against itself", "x", node, "value")).toList();
    }

    /// What came out, in a few words; empty where nothing did.
    public String outcome() {
        return outcome(run.request().kind(), result);
    }

    /// What came out, in a few words.
    public static String outcome(String verb, JsonNode result) {
        if (result.path("event").asString("").equals("stopped")) {
            return result.path("problems").path(0).path("what").asString("");
        }
        List<StoredRow> rows = result.path("variants").valueStream().map(StoredRow::of).toList();
        return switch (verb) {
            case "auto" -> {
                String winner = result.path("winner").asString("");
                yield winner + rows.stream().filter(r -> r.name().equals(winner)).findFirst().map(StoredResult::ratio)
                        .orElse("");
            }
            case "profile" -> result.path("variants").path(0).path("operators").valueStream().findFirst()
                    .map(o -> String.format(Locale.ROOT, "most of it %s: %.0f %%", o.path("operator").asString(""),
                            100 * o.path("shareOfNodes").asDouble()))
                    .orElse("");
            case "evaluate" -> rows.stream().findFirst().flatMap(r -> r.figures().stream().findFirst())
                    .filter(f -> f.value().isPresent())
                    .map(f -> String.format(Locale.ROOT, "%s %.4g", f.name(), f.value().getAsDouble())).orElse("");
            default -> rows.size() <= 1
                    ? rows.stream().map(StoredRow::name).findFirst().orElse("")
                    : rows.size() + " models" + rows.stream().filter(r -> !ratio(r).isEmpty()).findFirst()
                            .map(r -> ", " + r.name() + ratio(r)).orElse("");
        };
    }

    private static String ratio(StoredRow row) {
        return row.figure(StoredRow.RATIO).filter(f -> f.value().isPresent())
                .map(f -> String.format(Locale.ROOT, " %.2fx", f.value().getAsDouble())).orElse("");
    }

    private List<Problem> problems(String field) {
        return result.path(field).valueStream().map(StoredResult::problem).toList();
    }

    private static Problem problem(JsonNode node) {
        Severity severity = switch (node.path("severity").asString("")) {
            case "ERROR" -> Severity.ERROR;
            case "NOTE" -> Severity.NOTE;
            default -> Severity.WARNING;
        };
        return new Problem(severity, node.path("code").asString(""), node.path("where").asString(""),
                node.path("what").asString(""), node.path("remedy").asString(""));
    }
}
