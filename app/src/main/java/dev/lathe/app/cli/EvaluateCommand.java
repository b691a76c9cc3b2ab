package dev.lathe.app.cli;

import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.evaluate.Scored;
import dev.lathe.evaluate.Selection;
import dev.lathe.evaluate.metric.Score;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `lathe evaluate`.
@Command(name = "evaluate", description = "Score a model on real data.")
final class EvaluateCommand extends Common {
    @Parameters(paramLabel = "MODEL", description = "An ONNX file, or the first digits of a variant's id.")
    private String model = "";

    @Option(names = "--data", required = true, paramLabel = "FILE|DIR", description = "A dataset description, or a folder with a dataset.json.")
    private Path data = Path.of("");

    @Option(names = "--against", paramLabel = "MODEL", description = "The model it was made of: what was lost is told, sample by sample.")
    private @Nullable String against;

    @Option(names = "--calibration", paramLabel = "default|none", description = "none evaluates every sample.")
    private String calibration = "default";

    @Option(names = "--split", paramLabel = "NAME", description = "A named split of the dataset description.")
    private @Nullable String split;

    @Option(names = "--input", paramLabel = "NAME:TYPE[SHAPE]", converter = InputConverter.class, description = "An input of a TorchScript model, whose file does not declare it; once for each, in the order of the model's arguments.")
    private List<ValueInfo> inputs = List.of();

    @Mixin
    private Where where = new Where();

    EvaluateCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            workbench.declareInputs(inputs);
            where.apply(workbench, job());
            Selection selection = split != null
                    ? Selection.split(split)
                    : calibration.equals("none") ? Selection.NONE : Selection.DEFAULT;
            Scored scored = workbench.evaluate(workbench.resolve(model), data, selection,
                    given(against).map(workbench::resolve), job());
            terminal.progressDone();
            scored.problems().forEach(p -> terminal.err("note: " + p.sentence()));
            terminal.out(json() ? json(scored) : text(scored));
        }
        return 0;
    }

    private static String json(Scored scored) {
        ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result");
        var scores = node.putArray("scores");
        scores.add(score(scored.main()));
        scored.others().forEach(s -> scores.add(score(s)));
        scored.drop().ifPresent(d -> node.putObject("drop").put("value", d.drop()).put("low", d.interval().low())
                .put("high", d.interval().high()).put("n", d.n()).put("unit", d.inPoints() ? "points" : d.metricId()));
        return node.toString();
    }

    private static ObjectNode score(Score score) {
        ObjectNode node = new JsonMapper().createObjectNode().put("metric", score.metricId());
        return Double.isFinite(score.value())
                ? node.put("value", score.value()).put("low", score.interval().low())
                        .put("high", score.interval().high())
                        .put("n", score.n())
                : node.putNull("value").put("reason", score.words()).put("n", score.n());
    }

    private static String text(Scored scored) {
        StringBuilder text = new StringBuilder(line(scored.main()));
        scored.others().forEach(s -> text.append(System.lineSeparator()).append(line(s)));
        scored.drop().ifPresent(d -> text.append(System.lineSeparator()).append(d.words()));
        return text.toString();
    }

    private static String line(Score score) {
        return String.format("%-12s %s  n = %d", score.metricId(), score.words(), score.n());
    }
}
