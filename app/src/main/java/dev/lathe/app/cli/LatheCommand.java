package dev.lathe.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The command without a verb.
@Command(name = "lathe", versionProvider = VersionText.class, mixinStandardHelpOptions = true, subcommands = {
    AutoCommand.class,
    DetectCommand.class, TargetsCommand.class, InspectCommand.class, OptimizeCommand.class, EvaluateCommand.class,
    DatasetCommand.class,
    MeasureCommand.class,
    CompareCommand.class, ProfileCommand.class, ExplainCommand.class, SensitivityCommand.class,
    ExportCommand.class, HistoryCommand.class, GuiCommand.class}, synopsisSubcommandLabel = "VERB", header = {
        "Turns a trained ONNX model into the serving configuration that is fastest and cheapest on this",
        "machine, and proves it with measurements."}, footerHeading = "%nExamples%n", footer = {
            "  lathe auto                                     the whole way on the sample model that is shipped",
            "  lathe auto model.onnx --data data.dataset.json the same on yours",
            "  lathe auto model.onnx --slo-p99 20ms --max-drop 0.5 --budget 5m",
            "  lathe gui                                      the same in a window",
            "  lathe detect                                   what this machine has for inference",
            "  lathe targets                                  what can be measured here, and what would bring the rest",
            "  lathe inspect model.onnx                       what is in a model",
            "  lathe dataset init model.onnx photos/          a first description of your data",
            "  lathe optimize model.onnx --recipe dynamic-int8 --out small.onnx",
            "  lathe evaluate small.onnx --data data.dataset.json --against model.onnx",
            "  lathe measure model.onnx small.onnx            side by side, with intervals",
            "  lathe profile small.onnx --against model.onnx  what each operator takes, and what holds it back",
            "  lathe sensitivity model.onnx --data data.dataset.json    what quantizing each layer costs and saves",
            "  lathe explain small.onnx --against model.onnx  why it is faster, or is not",
            "  lathe measure model.onnx --batch 1,4,16 --threads 1,2 --instances 1,2   a sweep",
            "  lathe compare model.onnx small.onnx other.onnx who is faster, and who cannot be told apart",
            "  lathe export small.onnx --out deployment       a bundle with a Triton model repository",
            "  lathe history                                  the runs so far (RUN:static-int8 is a model)",
            "",
            "Exit codes: 0 done, 1 a problem was found, 2 usage, 3 not available here, 4 a limit was missed,",
            "130 cancelled. A run that was interrupted continues when the same command is given again."})
final class LatheCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut(), CommandLine.Help.Ansi.OFF);
    }
}
