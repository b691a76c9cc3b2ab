package dev.lathe.evaluate.description;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.DatasetDescription.Decoder;
import dev.lathe.evaluate.description.DatasetDescription.Division;
import dev.lathe.evaluate.description.DatasetDescription.Labels;
import dev.lathe.evaluate.description.DatasetDescription.Output;
import dev.lathe.evaluate.description.DatasetDescription.Split;
import dev.lathe.evaluate.description.DatasetDescription.Task;
import dev.lathe.graph.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a description's JSON into its records.
final class DescriptionReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> DECODERS = List.of("yolox", "scores-boxes");
    private static final List<String> KINDS = List.of("images", "idx", "text", "csv", "npz", "wav");
    // Common values of detectors; a description should state its own.
    private static final double DEFAULT_THRESHOLD = 0.3;
    private static final double DEFAULT_IOU = 0.5;

    private final List<Problem> problems = new ArrayList<>();
    private final Path file;
    private boolean kindKnown;

    private DescriptionReader(Path file) {
        this.file = file;
    }

    static DatasetDescription read(Path file) {
        DescriptionReader reader = new DescriptionReader(file);
        DatasetDescription description = reader.description(new Fields(file, "", reader.tree(), reader.problems));
        if (!reader.problems.isEmpty()) {
            throw new ProblemException(reader.problems);
        }
        return description;
    }

    private JsonNode tree() {
        try {
            JsonNode tree = JSON.readTree(Files.readAllBytes(file));
            if (!tree.isObject()) {
                throw notJson("it is no object").toException();
            }
            return tree;
        } catch (IOException e) {
            throw new ProblemException(Problem.error("dataset-unreadable", file.toString(),
                    e instanceof NoSuchFileException
                            ? "there is no such file"
                            : "cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Check that the file exists and may be read."), e);
        } catch (JacksonException e) {
            throw new ProblemException(notJson(e.getOriginalMessage() + ", line " + e.getLocation().getLineNr()), e);
        }
    }

    private Problem notJson(String why) {
        return Problem.error("dataset-not-json", file.toString(), "is no JSON (" + why + ")",
                "Name a dataset.json file.");
    }

    private DatasetDescription description(Fields fields) {
        String format = fields.text("format");
        if (!format.isEmpty() && !format.equals(DatasetDescription.FORMAT)) {
            fields.unknown("format", format, List.of(DatasetDescription.FORMAT));
        }
        Optional<Task> task = fields.choice("task", Task.class, Fields::kebab);
        if (task.isEmpty() && !fields.names().contains("task")) {
            fields.missing("task", "text");
        }
        Source source = source(fields.child("source"));
        Labels labels = fields.optionalChild("labels").map(this::labels)
                .orElse(new Labels(List.of(), Optional.empty()));
        var inputs = inputs(fields.child("inputs"), source);
        Output output = fields.optionalChild("output").map(this::output)
                .orElse(new Output(Optional.empty(), 0, Optional.empty()));
        Division division = division(fields);
        List<String> metrics = fields.texts("metrics");
        fields.done();
        return new DatasetDescription(file, task.orElse(Task.NONE), source, labels, division, inputs, output, metrics);
    }

    private Source source(Fields fields) {
        String kind = fields.text("kind");
        Optional<String> calibration = fields.optionalText("calibration");
        Source source = switch (kind) {
            case "images" -> new Source.Images(fields.text("folder"), fields.optionalText("labels"),
                    fields.optionalText("boxes"), calibration);
            case "idx" -> new Source.Idx(fields.text("images"), fields.optionalText("labels"), calibration);
            case "text" -> new Source.Text(fields.text("file"), fields.text("textColumn"),
                    fields.optionalText("labelColumn"), fields.text("tokenizer"),
                    fields.requiredInteger("maxLength", 1), calibration);
            case "csv" -> new Source.Csv(fields.text("file"), fields.flag("header", false), fields.columns("features"),
                    fields.integer("labelColumn", 0, Integer.MAX_VALUE), calibration);
            case "wav" -> new Source.Wav(fields.text("folder"), fields.integer("rate", 1, Integer.MAX_VALUE),
                    fields.optionalText("labels"), fields.optionalText("segments"), calibration);
            default -> new Source.Npz(kind.equals("npz") ? fields.text("file") : "", fields.optionalText("labels"),
                    calibration);
        };
        kindKnown = KINDS.contains(kind);
        if (kindKnown) {
            fields.done();
        } else if (!kind.isEmpty()) {
            fields.unknown("kind", kind, KINDS);
        }
        return source;
    }

    private Labels labels(Fields fields) {
        Optional<String> listed = fields.isText("classes") ? fields.optionalText("classes") : Optional.empty();
        List<String> classes = listed.isPresent() ? lines(fields, listed.get()) : fields.texts("classes");
        fields.done();
        return new Labels(classes, listed);
    }

    private List<String> lines(Fields fields, String name) {
        try {
            List<String> lines = Files.readAllLines(file.resolveSibling(name)).stream().map(String::strip).toList();
            return lines.isEmpty() || !lines.getLast().isEmpty() ? lines : lines.subList(0, lines.size() - 1);
        } catch (IOException e) {
            fields.problem("classes",
                    "names '" + name + "', which cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Correct the path, which is relative to the description.");
            return List.of();
        }
    }

    private Division division(Fields fields) {
        SequencedMap<String, Split> splits = new LinkedHashMap<>();
        fields.optionalChild("splits").ifPresent(all -> {
            for (String name : all.names()) {
                Fields split = all.child(name);
                splits.put(name, new Split(split.text("calibration"), split.text("evaluation")));
                split.done();
            }
        });
        Optional<Fields> drawing = fields.optionalChild("calibration");
        int count = drawing.map(d -> d.integer("count", 0, Integer.MAX_VALUE).orElse(0)).orElse(0);
        long seed = drawing.map(d -> d.whole("seed", 0)).orElse(0L);
        drawing.ifPresent(Fields::done);
        return new Division(count, seed, splits);
    }

    private Output output(Fields fields) {
        Optional<String> kind = fields.optionalText("decoder");
        kind.filter(k -> !DECODERS.contains(k)).ifPresent(k -> fields.unknown("decoder", k, DECODERS));
        Optional<String> scores = fields.optionalText("scores");
        Optional<String> boxes = fields.optionalText("boxes");
        double threshold = fields.number("threshold", DEFAULT_THRESHOLD);
        double iou = fields.number("iou", DEFAULT_IOU);
        Output output = new Output(fields.optionalText("name"),
                fields.integer("offset", Short.MIN_VALUE, Short.MAX_VALUE).orElse(0),
                kind.map(k -> new Decoder(k, scores, boxes, threshold, iou)));
        fields.done();
        return output;
    }

    private SequencedMap<String, InputRule> inputs(Fields fields, Source source) {
        SequencedMap<String, InputRule> inputs = new LinkedHashMap<>();
        for (String name : fields.names()) {
            Fields input = fields.child(name);
            String from = input.text("from");
            Optional<InputRule> rule = new InputRuleReader(input).rule(from);
            rule.ifPresent(r -> {
                inputs.put(name, r);
                input.done();
                if (kindKnown) {
                    requireFit(input, source, r);
                }
            });
        }
        return inputs;
    }

    private static void requireFit(Fields input, Source source, InputRule rule) {
        boolean fits = switch (rule) {
            case InputRule.Image _ -> source instanceof Source.Images || source instanceof Source.Idx;
            case InputRule.Tokens _ -> source instanceof Source.Text;
            case InputRule.Features _ -> source instanceof Source.Csv;
            case InputRule.Array _ -> source instanceof Source.Npz;
            case InputRule.Sound _,InputRule.Previous _ -> source instanceof Source.Wav;
            case InputRule.Constant _ -> true;
        };
        if (!fits) {
            input.problem("from",
                    "is '" + rule.from() + "', which a source of kind " + source.kind() + " does not have",
                    "Take what the source has, or 'constant'.");
        }
    }

    static Optional<DataType> type(Fields fields) {
        Optional<String> text = fields.optionalText("dtype");
        List<DataType> numbers = Arrays.stream(DataType.values()).filter(t -> t.bits() >= 8 && t.bits() <= 64).toList();
        Optional<DataType> type = text
                .flatMap(t -> numbers.stream().filter(d -> d.label().equals(t.toLowerCase(Locale.ROOT))).findFirst());
        if (text.isPresent() && type.isEmpty()) {
            fields.unknown("dtype", text.get(), numbers.stream().map(DataType::label).toList());
        }
        return type;
    }
}
