package dev.lathe.app.cli;

import dev.lathe.app.engine.store.RunStore;
import dev.lathe.base.Cancellation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParentCommand;

/// What follows `lathe history`: takes over the options that stand before it.
abstract class HistoryVerb extends Common {
    @ParentCommand
    private @Nullable HistoryCommand parent;

    HistoryVerb(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public final Integer call() {
        if (parent != null) {
            workspace = workspace == null ? parent.workspace : workspace;
            format = parent.json() ? parent.format : format;
        }
        // without a workbench, which would read the prices first
        try (RunStore store = RunStore.open(place())) {
            return run(store);
        }
    }

    abstract int run(RunStore store);
}
