package dev.lathe.app.cli;

import dev.lathe.app.engine.store.RunFilter;
import dev.lathe.app.engine.store.Standing;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which runs are listed.
final class RunSelection {
    @Option(names = "--model", paramLabel = "TEXT", description = "Part of the model's path, or the first 6 digits of its hash.")
    private @Nullable String model;

    @Option(names = "--verb", paramLabel = "VERB", description = "auto, measure, compare, evaluate, optimize.")
    private @Nullable String verb;

    @Option(names = "--state", paramLabel = "STATE", description = "running, interrupted, finished, failed, cancelled.")
    private @Nullable Standing state;

    @Option(names = "--since", paramLabel = "TIME", converter = Since.class, description = "Begun since: 2026-01-31, 2026-01-31T12:00, or 90m, 12h, 7d ago.")
    private @Nullable Instant since;

    RunFilter filter() {
        return new RunFilter(Optional.ofNullable(model), Optional.ofNullable(verb), Optional.ofNullable(state),
                Optional.ofNullable(since));
    }
}
