package dev.lathe.app.cli;

import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.look.Guess;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.LaboratoryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `lathe dataset init`.
@Command(name = "init", description = {
    "Guess how a folder's files become a model's inputs, say why, and write it down.",
    "It is a first draft: read it, correct it, and look at it with `lathe dataset show`."})
final class DatasetInitCommand extends Common {
    @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file, or the first digits of a variant's id.")
    private String model = "";

    @Parameters(index = "1", paramLabel = "FOLDER", description = "Where the samples are.")
    private Path folder = Path.of("");

    @Option(names = "--out", paramLabel = "FILE", description = "The file to write (default: FOLDER/MODEL.dataset.json); it stays in the folder, for its paths are relative.")
    private @Nullable Path out;

    @Option(names = "--force", description = "Replace a file that exists.")
    private boolean force;

    @Option(names = "--input", paramLabel = "NAME:TYPE[SHAPE]", converter = InputConverter.class, description = "An input of a TorchScript model, whose file does not declare it; once for each, in the order of the model's arguments.")
    private List<ValueInfo> inputs = List.of();

    DatasetInitCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            workbench.declareInputs(inputs);
            Path file = workbench.resolve(model);
            LaboratoryProcess.SignaturePair signature = workbench.describe(file, job());
            Guess guess = Guess.of(signature.inputs(), signature.outputs(), folder);
            Path target = given(out).orElseGet(() -> folder.resolve(
                    file.getFileName().toString().replaceFirst("\\.[^.]+$", "") + ".dataset.json"));
            write(guess, target);
            terminal.progressDone();
            terminal.out(json() ? json(guess, target) : text(guess, target));
        }
        return 0;
    }

    private void write(Guess guess, Path target) {
        if (Files.exists(target) && !force) {
            throw Problem.error("output-exists", target.toString(), "the file exists already",
                    "Choose another --out, or pass --force to replace it.").toException();
        }
        try {
            Files.writeString(target, guess.json());
        } catch (IOException e) {
            throw new ProblemException(Problem.error("file-unwritable", target.toString(),
                    "the description cannot be written (" + e.getClass().getSimpleName() + ")",
                    "Check that you may write to the folder, or choose another place with --out."), e);
        }
    }

    private static String json(Guess guess, Path target) {
        ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result")
                .put("file", target.toString());
        node.set("description", new JsonMapper().readTree(guess.json()));
        var reasons = node.putArray("reasons");
        guess.reasons().forEach(r -> reasons.addObject().put("field", r.field()).put("why", r.why()));
        return node.toString();
    }

    private static String text(Guess guess, Path target) {
        Table table = new Table("field", "guess", "why");
        guess.reasons().forEach(r -> table.row(r.field(), r.value().length() > 40
                ? r.value().substring(0, 39) + "…"
                : r.value(), r.why()));
        return table + System.lineSeparator() + System.lineSeparator() + "written: " + target
                + System.lineSeparator()
                + "Guesses are not facts: correct the file, then look at what the model gets with"
                + System.lineSeparator() + "  lathe dataset show " + target + " --model MODEL";
    }
}
