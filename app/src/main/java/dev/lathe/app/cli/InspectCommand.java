package dev.lathe.app.cli;

import dev.lathe.app.engine.JobContext;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.inspect.ModelSummary;
import dev.lathe.graph.inspect.Sizes;
import dev.lathe.graph.inspect.SummaryJson;
import dev.lathe.graph.inspect.SummaryText;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.ModelFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lathe inspect`.
@Command(name = "inspect", description = "Show what is in a model: inputs, outputs, operators, parameters, multiply-accumulates.")
final class InspectCommand extends Common {
    @Parameters(paramLabel = "MODEL", description = "An ONNX file, or the first digits of a variant's id.")
    private String model = "";

    @Option(names = "--size", paramLabel = "SYMBOL=N", description = "Size of an open dimension, for counting multiply-accumulates.")
    private Map<String, Long> sizes = new LinkedHashMap<>();

    @Option(names = "--input", paramLabel = "NAME:TYPE[SHAPE]", converter = InputConverter.class, description = "An input of a TorchScript model, whose file does not declare it; once for each, in the order of the model's arguments.")
    private List<ValueInfo> inputs = List.of();

    InspectCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            workbench.declareInputs(inputs);
            Path file = workbench.resolve(model);
            if (ModelFormat.of(file) == ModelFormat.TORCHSCRIPT) {
                terminal.out(json()
                        ? ScriptText.json(file, described(file, workbench)).toString()
                        : ScriptText.of(file, described(file, workbench)));
                return 0;
            }
            ModelSummary summary = summary(file, workbench, sizes, job());
            terminal.out(json() ? SummaryJson.of(summary).toString() : SummaryText.of(summary).stripTrailing());
        }
        return 0;
    }

    private Optional<LaboratoryProcess.SignaturePair> described(Path file, Workbench workbench) {
        return inputs.isEmpty() ? Optional.empty() : Optional.of(workbench.describe(file, job()));
    }

    private static ModelSummary summary(Path file, Workbench workbench, Map<String, Long> given, JobContext job) {
        Model opened = Workbench.open(file);
        Sizes sizes = Sizes.ofBatch(1);
        for (Map.Entry<String, Long> size : given.entrySet()) {
            sizes = sizes.with(size.getKey(), size.getValue());
        }
        try {
            return ModelSummary.of(opened, workbench.withShapes(sizes.bind(opened), job), file, sizes);
        } catch (ProblemException _) {
            // then it is shown without what shapes would tell, and says so
            return ModelSummary.of(opened, file, sizes);
        }
    }

    static String text(Path file, Workbench workbench, JobContext job) {
        return SummaryText.of(summary(file, workbench, Map.of(), job)).stripTrailing();
    }
}
