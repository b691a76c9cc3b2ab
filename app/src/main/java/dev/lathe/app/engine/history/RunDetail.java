package dev.lathe.app.engine.history;

import dev.lathe.app.engine.store.BlockCount;
import dev.lathe.app.engine.store.Fact;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.Standing;
import dev.lathe.app.engine.store.StateChange;
import dev.lathe.app.engine.store.StoredEvent;
import dev.lathe.app.engine.store.StoredScore;
import dev.lathe.app.engine.store.StoredVariant;
import java.nio.file.Path;
import java.util.List;

/// All that the history has of one run, but for the raw samples.
///
/// @param result the run, its plan, its environment and what came out
/// @param standing where it stands
/// @param states what became of it, in this order
/// @param measured how much it measured of each thing
/// @param found single values: load times, memory; scores
/// @param made the variants it refers to
/// @param events what happened, in this order
public record RunDetail(StoredResult result, Standing standing, List<StateChange> states,
        List<BlockCount> measured, Found found, Made made, List<StoredEvent> events) {

    /// Copies the lists.
    public RunDetail {
        states = List.copyOf(states);
        measured = List.copyOf(measured);
        events = List.copyOf(events);
    }

    /// Single values.
    public record Found(List<Fact> facts, List<StoredScore> scores) {}

    /// What a run made, or found made.
    ///
    /// @param bundles relative to the workspace, or absolute
    public record Made(List<StoredVariant> variants, List<Path> bundles) {}

    /// Reads a run.
    ///
    /// @param prefix the beginning of its name
    /// @throws dev.lathe.base.ProblemException `run-unknown` or `run-ambiguous`
    public static RunDetail of(RunStore store, String prefix) {
        StoredResult result = StoredResult.of(store.runByPrefix(prefix));
        RunId id = result.run().id();
        return new RunDetail(result, store.standing(id), store.states(id), store.blockCounts(id),
                new Found(store.facts(id), store.scores(id)), new Made(store.variants(id), store.bundles(id)),
                store.events(id));
    }
}
