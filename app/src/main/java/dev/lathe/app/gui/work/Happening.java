package dev.lathe.app.gui.work;

import dev.lathe.base.Progress;
import dev.lathe.profile.Block;
import tools.jackson.databind.JsonNode;

/// What a job tells while it goes on.
public sealed interface Happening {

    /// The job is further.
    record Step(Progress progress) implements Happening {}

    /// An event in the form that the command line prints with `--format json`, and the history keeps.
    record Told(JsonNode json) implements Happening {}

    /// A block was measured; its samples feed the live charts.
    record Timed(Block block) implements Happening {}
}
