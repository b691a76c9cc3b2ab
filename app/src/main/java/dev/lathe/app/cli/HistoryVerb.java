package dev.lathe.app.cli;

import dev.lathe.app.engine.Workbench;
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
        try (Workbench workbench = workbench()) {
            return run(workbench);
        }
    }

    abstract int run(Workbench workbench);
}
