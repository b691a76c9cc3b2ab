package dev.lathe.app.cli;

import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Severity;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.look.Preview;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `lathe dataset show`.
@Command(name = "show", description = "Show what a model gets of a dataset: shapes, ranges by channel, labels, and what does not fit.")
final class DatasetShowCommand extends Common {
    private static final int CLASSES = 20;

    @Parameters(paramLabel = "FILE|DIR", description = "A dataset description, or a folder with a dataset.json.")
    private Path data = Path.of("");

    @Option(names = "--model", paramLabel = "MODEL", description = "Check against this model's inputs.")
    private @Nullable String model;

    @Option(names = "--count", paramLabel = "N", description = "How many samples to look at, evenly spread (default: 100).")
    private int count = 100;

    @Option(names = "--input", paramLabel = "NAME:TYPE[SHAPE]", converter = InputConverter.class, description = "An input of a TorchScript model, whose file does not declare it; once for each, in the order of the model's arguments.")
    private List<ValueInfo> inputs = List.of();

    DatasetShowCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        Dataset dataset = Dataset.open(data);
        Preview preview;
        try (Workbench workbench = workbench()) {
            workbench.declareInputs(inputs);
            List<ValueInfo> signature = given(model).map(m -> workbench.describe(workbench.resolve(m), job()).inputs())
                    .orElse(inputs);
            preview = Preview.of(dataset, signature, Math.max(1, count), cancellation);
        }
        terminal.progressDone();
        terminal.out(json() ? json(preview) : text(preview));
        preview.problems().forEach(p -> terminal.err("lathe: " + p.sentence()));
        return preview.problems().stream().anyMatch(p -> p.severity() == Severity.ERROR) ? Main.PROBLEM : 0;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e6
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.4g", value);
    }

    private static String text(Preview preview) {
        StringBuilder text = new StringBuilder(preview.name()).append(": ").append(preview.samples().all())
                .append(" samples, ")
                .append(preview.samples().calibrating()).append(" calibrate, ").append(preview.samples().scored())
                .append(" are scored; looked at ").append(preview.samples().lookedAt()).append("\n\n");
        Table ranges = new Table("input", "channel", ">min", ">max", ">mean", ">deviation", "shapes");
        preview.inputs().forEach((name, input) -> {
            for (int c = 0; c < input.channels().size(); c++) {
                Preview.Figures f = input.channels().get(c);
                List<String> shapes = input.shapes();
                ranges.row(c == 0 ? name : "", input.channels().size() == 1 ? "all" : Integer.toString(c),
                        number(f.min()),
                        number(f.max()), number(f.mean()), number(f.deviation()), c > 0
                                ? ""
                                : shapes.getFirst()
                                        + (shapes.size() > 1 ? " and " + (shapes.size() - 1) + " others" : ""));
            }
        });
        text.append(ranges).append("\n\n");
        Table samples = new Table("sample", "label", "inputs");
        preview.first().forEach(s -> samples.row(s.name(), s.label(), String.join(", ", s.inputs().entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue()).toList())));
        text.append(samples);
        if (!preview.labels().isEmpty()) {
            text.append("\n\n").append(labels(preview));
        }
        return text.toString().replace("\n", System.lineSeparator());
    }

    private static String labels(Preview preview) {
        int most = preview.labels().values().stream().mapToInt(Preview.ClassCount::count).max().orElse(1);
        Table table = new Table(">class", "name", ">samples", "");
        preview.labels().entrySet().stream().limit(CLASSES)
                .forEach(e -> table.row(e.getKey().toString(), e.getValue().name(),
                        Integer.toString(e.getValue().count()),
                        "#".repeat(Math.max(1, 30 * e.getValue().count() / most))));
        int others = preview.labels().size() - CLASSES;
        return others > 0
                ? table + "\n… and " + others + " other classes"
                : table.toString();
    }

    private static String json(Preview preview) {
        ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result")
                .put("name", preview.name());
        node.putObject("samples").put("all", preview.samples().all())
                .put("calibrating", preview.samples().calibrating())
                .put("scored", preview.samples().scored()).put("lookedAt", preview.samples().lookedAt());
        ObjectNode all = node.putObject("inputs");
        preview.inputs().forEach((name, input) -> {
            ObjectNode one = all.putObject(name);
            input.shapes().forEach(one.putArray("shapes")::add);
            var channels = one.putArray("channels");
            input.channels()
                    .forEach(f -> channels.addObject().put("min", f.min()).put("max", f.max()).put("mean", f.mean())
                            .put("deviation", f.deviation()));
        });
        var labels = node.putArray("labels");
        preview.labels().forEach((index, c) -> labels.addObject().put("class", index).put("name", c.name())
                .put("count", c.count()));
        var first = node.putArray("first");
        preview.first().forEach(s -> {
            ObjectNode one = first.addObject().put("name", s.name()).put("label", s.label());
            ObjectNode shapes = one.putObject("inputs");
            s.inputs().forEach(shapes::put);
        });
        var problems = node.putArray("problems");
        preview.problems().forEach(p -> problems.addObject().put("code", p.code()).put("sentence", p.sentence()));
        return node.toString();
    }
}
