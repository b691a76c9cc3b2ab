package dev.lathe.app.gui.measure;

import dev.lathe.base.ProblemException;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Target;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Grid;
import dev.lathe.profile.sweep.Setup;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/// The grid of a run of the history, read from its result: what was measured, and what was found.
///
/// @param grid all combinations of what was measured; cells of it may have been left out
/// @param states of those that were measured, in their order
record StoredGrid(Grid grid, SequencedMap<Cell, CellState> states) {

    /// Reads a result; empty where it has no cells, or none that this version can place.
    static Optional<StoredGrid> of(JsonNode result) {
        SequencedMap<Cell, CellState> states = new LinkedHashMap<>();
        result.path("cells").forEach(json -> cell(json.path("cell")).ifPresent(
                cell -> states.put(cell, CellState.of(json))));
        if (states.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new StoredGrid(new Grid(
                states.keySet().stream().map(c -> c.setup().variant()).toList(),
                states.keySet().stream().map(c -> c.setup().session()).toList(),
                states.keySet().stream().map(c -> c.setup().instances()).toList(),
                states.keySet().stream().map(Cell::batch).toList(),
                states.keySet().stream().map(Cell::scenario).toList()), states));
    }

    private static Optional<Cell> cell(JsonNode at) {
        if (!at.path("variant").isString()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Cell(new Setup(at.path("variant").asString(), session(at),
                    at.path("instances").asInt(1)), at.path("batch").asInt(1),
                    Scenario.parse(at.path("scenario").asString("single-stream"), 0)));
        } catch (ProblemException | IllegalArgumentException _) {
            return Optional.empty(); // of a version to come, or of a trace that is gone
        }
    }

    private static SessionSettings session(JsonNode at) {
        return new SessionSettings(at.path("threads").asInt(1), at.path("interOpThreads").asInt(1),
                at.path("parallel").asBoolean(false), at.path("spinning").asBoolean(true),
                at.path("arena").asBoolean(true), at.path("memoryPattern").asBoolean(true),
                at.path("graphLevel").asString("all")).on(Target.named(at.path("target").asString("cpu")));
    }
}
