package dev.lathe.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `lathe dataset`.
@Command(name = "dataset", mixinStandardHelpOptions = true, description = "Describe data for a model, and look at what the model gets of it.", subcommands = {
    DatasetInitCommand.class, DatasetShowCommand.class}, synopsisSubcommandLabel = "[init|show]")
final class DatasetCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut(), CommandLine.Help.Ansi.OFF);
    }
}
