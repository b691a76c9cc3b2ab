package dev.lathe.evaluate.look;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Selection;
import dev.lathe.evaluate.description.DatasetDescription.Task;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.image.ImageSteps.Layout;
import dev.lathe.graph.DataType;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a model gets of a dataset: shapes, ranges and labels of samples after preprocessing.
///
/// @param name the dataset's
/// @param samples how many there are, and how many of them calibrate and are scored
/// @param inputs by name, over the samples looked at
/// @param labels how many samples each class has, by index of the model's output; empty without labels
/// @param first the first few samples
/// @param problems what does not fit, and what looks odd
public record Preview(String name, Counts samples, SequencedMap<String, InputPreview> inputs,
        SortedMap<Integer, ClassCount> labels,
        List<SamplePreview> first, List<Problem> problems) {
    private static final int TOLD = 5;

    /// How many samples there are.
    ///
    /// @param lookedAt those that the ranges are of, evenly spread
    public record Counts(int all, int calibrating, int scored, int lookedAt) {}

    /// One input over the samples looked at.
    ///
    /// @param shapes as types and sizes, each once
    /// @param channels one for each channel of a picture, else one for all
    public record InputPreview(List<String> shapes, List<Figures> channels) {
        /// Copies the lists.
        public InputPreview {
            shapes = List.copyOf(shapes);
            channels = List.copyOf(channels);
        }
    }

    /// Figures of many numbers.
    public record Figures(double min, double max, double mean, double deviation) {}

    /// A class.
    ///
    /// @param name empty where classes have none
    public record ClassCount(String name, int count) {}

    /// One sample.
    ///
    /// @param label as the model's class or number; empty without one
    /// @param inputs type and shape of each
    public record SamplePreview(String name, String label, SequencedMap<String, String> inputs) {}

    /// Looks at samples.
    ///
    /// @param signature the model's inputs; where no model is given, empty, and inputs are shown as the description makes them
    /// @param most how many samples at most
    public static Preview of(Dataset dataset, List<ValueInfo> signature, int most, Cancellation cancellation) {
        return new Looking(dataset, signature).look(most, cancellation);
    }

    /// The state of one look.
    private static final class Looking {
        private final Dataset dataset;
        private final List<ValueInfo> signature;
        private final List<Problem> problems = new ArrayList<>();
        private final SequencedMap<String, SequencedSet<String>> shapes = new LinkedHashMap<>();
        private final Map<String, List<Sums>> sums = new LinkedHashMap<>();
        private final List<SamplePreview> first = new ArrayList<>();

        Looking(Dataset dataset, List<ValueInfo> signature) {
            this.dataset = dataset;
            this.signature = signature.isEmpty() ? described(dataset) : signature;
        }

        /// Inputs as a description alone knows them: a type, and no shape.
        private static List<ValueInfo> described(Dataset dataset) {
            return dataset.description().inputs().entrySet().stream()
                    .map(e -> ValueInfo.tensor(e.getKey(), e.getValue().dtype().orElse(
                            e.getValue() instanceof InputRule.Tokens ? DataType.INT64 : DataType.FLOAT)))
                    .toList();
        }

        Preview look(int most, Cancellation cancellation) {
            int count = Math.min(most, dataset.size());
            int seen = 0;
            for (int i = 0; i < count && problems.size() < TOLD; i++) {
                cancellation.throwIfCancelled();
                int index = (int) ((long) i * dataset.size() / count);
                try {
                    add(index, dataset.sample(index, signature));
                    seen++;
                } catch (ProblemException e) {
                    e.problems().stream().filter(p -> !problems.contains(p)).forEach(problems::add);
                }
            }
            dataset.description().inputs().keySet().stream()
                    .filter(n -> signature.stream().noneMatch(v -> v.name().equals(n)))
                    .forEach(n -> problems.add(Problem.warning("input-unknown", dataset.path().toString(),
                            "describes the input '" + n + "', which the model does not have",
                            "Correct its name, or remove it; the model takes "
                                    + String.join(", ", signature.stream().map(ValueInfo::name).toList()) + ".")));
            SequencedMap<String, InputPreview> inputs = new LinkedHashMap<>();
            shapes.forEach((n, s) -> inputs.put(n, new InputPreview(List.copyOf(s),
                    sums.getOrDefault(n, List.of()).stream().map(Sums::figures).toList())));
            inputs.forEach(this::doubt);
            return new Preview(dataset.name(), counts(seen), inputs, labels(), first, problems);
        }

        private Counts counts(int seen) {
            return new Counts(dataset.size(), dataset.calibration(Selection.DEFAULT).size(),
                    dataset.evaluation(Selection.DEFAULT).size(), seen);
        }

        private void add(int index, SequencedMap<String, Tensor> sample) {
            SequencedMap<String, String> signatures = new LinkedHashMap<>();
            sample.forEach((input, tensor) -> {
                signatures.put(input, tensor.signature());
                shapes.computeIfAbsent(input, _ -> new LinkedHashSet<>()).add(tensor.signature());
                add(input, tensor);
            });
            if (first.size() < TOLD) {
                OptionalInt label = dataset.label(index);
                String text = label.isPresent()
                        ? Integer.toString(label.getAsInt())
                        : dataset.target(index).isPresent() ? Double.toString(dataset.target(index).getAsDouble()) : "";
                first.add(new SamplePreview(dataset.sampleName(index), text, signatures));
            }
        }

        private void add(String input, Tensor tensor) {
            float[] values = tensor.floats();
            int channels = 1;
            int inner = values.length;
            if (dataset.description().inputs().get(input) instanceof InputRule.Image image
                    && tensor.shape().length == 4) {
                boolean last = image.steps().values().layout() == Layout.NHWC;
                channels = Math.toIntExact(tensor.shape()[last ? 3 : 1]);
                inner = last ? 1 : Math.toIntExact(tensor.shape()[2] * tensor.shape()[3]);
            }
            int count = channels;
            List<Sums> all = sums.computeIfAbsent(input, _ -> new ArrayList<>());
            while (all.size() < count) {
                all.add(new Sums());
            }
            for (int i = 0; i < values.length; i++) {
                all.get(i / Math.max(1, inner) % count).add(values[i]);
            }
        }

        /// What is never meant so.
        private void doubt(String input, InputPreview seen) {
            for (Figures figures : seen.channels()) {
                if (!Double.isFinite(figures.mean())) {
                    problems.add(Problem.error("data-not-finite", input, "has values that are no numbers",
                            "Correct the data, or std and scale of the description."));
                    return;
                }
            }
            boolean constant = dataset.description().inputs().get(input) instanceof InputRule.Constant
                    || dataset.description().inputs().get(input) instanceof InputRule.Tokens;
            if (!constant && seen.channels().stream().allMatch(f -> f.min() == f.max())) {
                problems.add(Problem.warning("data-constant", input, "is the same number everywhere",
                        "Check what it is made from."));
            }
        }

        private SortedMap<Integer, ClassCount> labels() {
            SortedMap<Integer, Integer> counts = new TreeMap<>();
            for (int i = 0; i < dataset.size() && dataset.task() == Task.CLASSIFICATION; i++) {
                dataset.label(i).ifPresent(l -> counts.merge(l, 1, Integer::sum));
            }
            SortedMap<Integer, ClassCount> named = new TreeMap<>();
            List<String> names = dataset.classNames();
            int offset = dataset.description().output().offset();
            counts.forEach((index, count) -> {
                int at = index - offset;
                named.put(index, new ClassCount(at >= 0 && at < names.size() ? names.get(at) : "", count));
            });
            return named;
        }
    }

    /// Sums of many numbers.
    private static final class Sums {
        private long count;
        private double sum;
        private double squares;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;

        void add(float value) {
            count++;
            sum += value;
            squares += (double) value * value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }

        Figures figures() {
            double mean = sum / Math.max(1, count);
            return new Figures(min, max, mean, Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean)));
        }
    }
}
