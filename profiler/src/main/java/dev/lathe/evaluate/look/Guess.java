package dev.lathe.evaluate.look;

import dev.lathe.base.Problem;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A first description of a folder's data for a model, each field with the reason for it. It is a guess: it is shown and
/// written for a person to read, and never used without that.
///
/// @param json the description
/// @param reasons why each field is as it is, in the order of the fields
public record Guess(String json, List<Reason> reasons) {

    /// Copies the list.
    public Guess {
        reasons = List.copyOf(reasons);
    }

    /// Why a field is as it is.
    ///
    /// @param field its path: `inputs.data.scale`
    /// @param value what was guessed, as JSON has it
    /// @param why in words
    public record Reason(String field, String value, String why) {
        @Override
        public String toString() {
            return field + " = " + value + ": " + why;
        }
    }

    /// Looks into a folder.
    ///
    /// @param inputs what the model takes
    /// @param outputs what it gives
    /// @throws dev.lathe.base.ProblemException if there is nothing that the model's inputs could be made of
    public static Guess of(List<ValueInfo> inputs, List<ValueInfo> outputs, Path folder) {
        FolderContent content = FolderContent.of(folder);
        Draft draft = new Draft();
        draft.put("format", DatasetDescription.FORMAT, "the format's only version");
        boolean found = new TextGuess(content, draft).fits(inputs)
                || new PictureGuess(content, draft, outputs).fits(inputs)
                || new SoundGuess(content, draft, outputs).fits(inputs) || new NumberGuess(content, draft).fits(inputs);
        if (!found) {
            throw Problem.error(
                    "dataset-not-guessed", folder.toString(), "holds nothing that is known to fit the inputs "
                            + inputs.stream().map(i -> i.name() + " " + i.signature())
                                    .collect(Collectors.joining(", ")),
                    "Pictures, IDX, TSV and CSV with a tokenizer or with numbers, NPZ and WAV files are known; describe"
                            + " other data by saving its inputs as arrays of one .npz.")
                    .toException();
        }
        scored(draft, outputs);
        return new Guess(draft.json(), draft.reasons());
    }

    private static void scored(Draft draft, List<ValueInfo> outputs) {
        String task = draft.labels() == Draft.Labels.CLASSES
                ? "classification"
                : draft.labels() == Draft.Labels.NUMBERS ? "regression" : "none";
        draft.put("task", task, switch (draft.labels()) {
            case CLASSES -> "there are labels that name classes";
            case NUMBERS -> "there are labels that are numbers with fractions";
            case NONE -> "no labels were found: a variant is held against the original";
        });
        List<ValueInfo> scored = outputs.stream()
                .filter(o -> o.type() == DataType.FLOAT || o.type() == DataType.FLOAT16)
                .toList();
        ValueInfo output = scored.isEmpty() ? outputs.getFirst() : scored.getFirst();
        draft.put("output.name", output.name(), scored.size() > 1
                ? "the first of " + scored.size() + " outputs of floats: check that it is the one"
                : "the output that can be scored");
        long classes = output.shape().filter(s -> !s.isEmpty()).map(List::getLast).map(Dim::fixed)
                .map(d -> d.orElse(0)).orElse(0L);
        if (task.equals("classification")) {
            draft.put("metrics", classes > 10 ? List.of("top-1", "top-5") : List.of("top-1"), "usual for "
                    + (classes > 0 ? classes + " classes" : "classes"));
            if (draft.classes() > 0 && classes == draft.classes() + 1L) {
                draft.put("output.offset", 1,
                        "the model gives one class more than there are labels: the first is background"
                                + " in models of that kind");
            }
        } else if (task.equals("regression")) {
            draft.put("metrics", List.of("rmse"), "usual for numbers");
        }
        if (draft.samples() > 1) {
            int count = Math.max(1, Math.min(100, draft.samples() / 4));
            draft.put("calibration.count", count, "a quarter of " + draft.samples()
                    + " samples, at most 100; they are never scored");
            draft.put("calibration.seed", 7, "any number: the same one draws the same samples");
        }
    }

    /// A description in the making.
    static final class Draft {
        private final ObjectNode root = JsonMapper.shared().createObjectNode();
        private final List<Reason> reasons = new ArrayList<>();
        private Labels labels = Labels.NONE;
        private int samples;
        private int classes;

        enum Labels {
            NONE, CLASSES, NUMBERS
        }

        /// Sets a field; a dot in its path goes into an object.
        void put(String path, Object value, String why) {
            put(List.of(path.split("\\.")), path, value, why);
        }

        /// Sets a field of an input, whose name may have dots in it.
        void input(String input, String field, Object value, String why) {
            put(List.of("inputs", input, field), "inputs." + input + "." + field, value, why);
        }

        private void put(List<String> steps, String path, Object value, String why) {
            ObjectNode node = root;
            for (String step : steps.subList(0, steps.size() - 1)) {
                node = node.path(step) instanceof ObjectNode child ? child : node.putObject(step);
            }
            node.set(steps.getLast(), JsonMapper.shared().valueToTree(value));
            reasons.add(new Reason(path, String.valueOf(node.get(steps.getLast())), why));
        }

        void found(int count, Labels kind, int kinds) {
            samples = count;
            labels = kind;
            classes = kinds;
        }

        Labels labels() {
            return labels;
        }

        int samples() {
            return samples;
        }

        int classes() {
            return classes;
        }

        List<Reason> reasons() {
            return reasons;
        }

        String json() {
            return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(root)
                    .replace(System.lineSeparator(), "\n") + "\n";
        }
    }
}
