package dev.lathe.app.cli;

import dev.lathe.app.engine.store.RunStore;
import dev.lathe.base.Cancellation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `lathe history`.
@Command(name = "history", description = {"List the runs of the workspace, newest first; or do one of the following.",
    "A RUN is the first digits of its name, as far as it takes to tell it from the others."}, subcommands = {
        HistoryListCommand.class, HistoryShowCommand.class, HistoryExportCommand.class, HistoryDeleteCommand.class,
        HistoryCleanCommand.class}, synopsisSubcommandLabel = "[list|show|export|delete|clean]")
final class HistoryCommand extends Common {
    @Mixin
    private RunSelection selection = new RunSelection();

    HistoryCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (RunStore store = RunStore.open(place())) {
            return HistoryListCommand.list(store, selection, terminal, json());
        }
    }
}
