package dev.lathe.app.cli;

import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.StepReport;
import dev.lathe.optimize.Variant;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `lathe optimize`.
@Command(name = "optimize", description = "Make one variant of a model by a recipe.")
final class OptimizeCommand extends Common {
    @Parameters(paramLabel = "MODEL", description = "An ONNX file, or the first digits of a variant's id.")
    private String model = "";

    @Option(names = "--recipe", required = true, paramLabel = "NAME|FILE.json", description = "original, clean, dynamic-int8, static-int8, or a file.")
    private String recipe = "";

    @Option(names = "--data", paramLabel = "FILE|DIR", description = "Real data, for recipes that calibrate.")
    private @Nullable Path data;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
    private Path out = Path.of("");

    @Option(names = "--force", description = "Replace the file if it exists.")
    private boolean force;

    OptimizeCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            Recipe chosen = Recipes.named(recipe);
            Variant variant = workbench.optimize(workbench.resolve(model), chosen, given(data), out, force, job());
            terminal.progressDone();
            variant.problems().forEach(p -> terminal.err("note: " + p.sentence()));
            terminal.out(json() ? json(variant) : text(variant));
        }
        return 0;
    }

    private static String json(Variant variant) {
        ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "variant")
                .put("name", variant.recipe().name()).put("id", variant.id().hex())
                .put("file", variant.file().toString())
                .put("sizeBytes", variant.sizeBytes());
        var steps = node.putArray("steps");
        for (StepReport step : variant.steps()) {
            var changes = steps.addObject().put("pass", step.pass()).putArray("changes");
            step.changes().forEach(c -> changes.addObject().put("count", c.count()).put("what", c.what()));
        }
        return node.toString();
    }

    private static String text(Variant variant) {
        StringBuilder text = new StringBuilder(
                variant.file() + "  " + Texts.bytes(variant.sizeBytes()) + "  variant " + variant.id()
                        + System.lineSeparator());
        for (StepReport step : variant.steps()) {
            step.changes().forEach(c -> text.append("  ").append(step.pass()).append(": ").append(c.count()).append(' ')
                    .append(c.what()).append(System.lineSeparator()));
        }
        return text.toString().stripTrailing();
    }
}
