package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.metric.Box;
import dev.lathe.evaluate.metric.BoxDecoder;
import dev.lathe.evaluate.metric.Metric;
import dev.lathe.evaluate.metric.Outputs;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.evaluate.metric.Prepared;
import dev.lathe.evaluate.metric.Reference;
import dev.lathe.evaluate.metric.Score;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Turns the outputs of a model into scores: which output counts, how a batch falls into samples, which metrics apply.
/// With labels the metrics are the dataset's; without, a variant is held against the original.
///
/// @param data the dataset, or empty for random inputs
/// @param rows which sample each row of each entry of the pack is
/// @param inputs the model's inputs
/// @param outputs the model's outputs
public record Scorer(Optional<Dataset> data, List<List<Integer>> rows, List<ValueInfo> inputs,
        List<ValueInfo> outputs) {
    private static final long SEED = 7;
    private static final int HEIGHT_AXIS = 2;
    private static final int WIDTH_AXIS = 3;
    private static final List<String> LABEL_FREE = List.of("agreement", "cosine", "cosine-min", "sqnr", "max-error",
            "kl");

    /// Copies the lists.
    public Scorer {
        rows = List.copyOf(rows);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /// Names of the outputs that scoring needs.
    ///
    /// @throws dev.lathe.base.ProblemException if the dataset names an output that the model does not give
    public List<String> wanted() {
        return boxes().map(d -> d.kind().equals("yolox")
                ? List.of(scoredOutput().name())
                : List.of(named(d.scores().orElse("scores")).name(), named(d.boxes().orElse("boxes")).name()))
                .orElseGet(() -> List.of(scoredOutput().name()));
    }

    private Optional<DatasetDescription.Decoder> boxes() {
        return data.flatMap(Dataset::decoder);
    }

    private ValueInfo scoredOutput() {
        Optional<String> name = data.flatMap(Dataset::outputName);
        if (name.isPresent()) {
            return named(name.get());
        }
        List<ValueInfo> tensors = outputs.stream().filter(o -> o.isTensor() && o.type() != DataType.STRING).toList();
        return tensors.stream().filter(o -> o.type() == DataType.FLOAT || o.type() == DataType.FLOAT16).findFirst()
                .or(() -> tensors.stream().findFirst())
                .orElseThrow(
                        () -> Problem.error("no-scored-output", "", "the model gives no tensor that could be scored",
                                "Export it so that it gives its result as a tensor.").toException());
    }

    private ValueInfo named(String name) {
        return outputs.stream().filter(o -> o.name().equals(name) && o.isTensor()).findFirst()
                .orElseThrow(() -> Problem.error("output-missing", name,
                        "the dataset scores the output " + name + ", and the model gives "
                                + outputs.stream().map(ValueInfo::name).toList(),
                        "Put the right name into output.name of the dataset description.").toException());
    }

    /// What the model gave, sample by sample.
    ///
    /// @param results the outputs of each entry of the pack
    public Outputs read(TensorPack results) {
        return boxes().<Outputs>map(d -> decoded(results, d)).orElseGet(() -> plain(results));
    }

    private Outputs plain(TensorPack results) {
        String name = scoredOutput().name();
        List<float[]> samples = new ArrayList<>();
        List<Long> classes = new ArrayList<>();
        boolean whole = true;
        int lastAxis = 1;
        for (int entry = 0; entry < results.size(); entry++) {
            Tensor tensor = tensor(results, entry, name);
            int real = rows.get(entry).size();
            boolean batched = tensor.shape().length > 0 && tensor.shape()[0] >= real && tensor.shape()[0] > 1;
            long[] inner = batched || (tensor.shape().length > 1 && tensor.shape()[0] == 1)
                    ? Arrays.copyOfRange(tensor.shape(), 1, tensor.shape().length)
                    : tensor.shape();
            lastAxis = lastAxis(inner);
            whole &= isWhole(tensor.type()) && Tensor.count(inner) == 1;
            if (whole) {
                long[] values = tensor.longs();
                for (int row = 0; row < real; row++) {
                    classes.add(values[Math.min(row, values.length - 1)]);
                }
            }
            float[] all = tensor.floats();
            int size = batched ? all.length / (int) tensor.shape()[0] : all.length;
            for (int row = 0; row < real; row++) {
                samples.add(batched ? Arrays.copyOfRange(all, row * size, (row + 1) * size) : all);
            }
        }
        return whole && !classes.isEmpty() ? new Outputs.Labels(classes) : new Outputs.Rows(samples, lastAxis);
    }

    private static boolean isWhole(DataType type) {
        return type == DataType.INT64 || type == DataType.INT32;
    }

    /// The axis along which classes lie: the last that is longer than one, for classifiers that end in [1000,1,1].
    private static int lastAxis(long... inner) {
        for (int i = inner.length - 1; i >= 0; i--) {
            if (inner[i] > 1) {
                return Math.toIntExact(inner[i]);
            }
        }
        return 1;
    }

    private static Tensor tensor(TensorPack results, int entry, String name) {
        return Optional.ofNullable(results.sample(entry).get(name)).orElseThrow();
    }

    private Outputs decoded(TensorPack results, DatasetDescription.Decoder decoder) {
        List<String> names = wanted();
        List<BoxDecoder.Decoded> samples = new ArrayList<>();
        for (int entry = 0; entry < results.size(); entry++) {
            int at = entry;
            BoxDecoder boxDecoder = boxDecoder(decoder, tensor(results, entry, names.getFirst()));
            samples.add(boxDecoder
                    .decode(names.stream().map(n -> tensor(results, at, n).floats()).toArray(float[][]::new)));
        }
        return new Outputs.Boxes(samples);
    }

    private BoxDecoder boxDecoder(DatasetDescription.Decoder decoder, Tensor first) {
        int last = Math.toIntExact(first.shape()[first.shape().length - 1]);
        return switch (decoder.kind()) {
            case "yolox" ->
                new BoxDecoder.Yolox(side(WIDTH_AXIS), side(HEIGHT_AXIS), last - 5, decoder.threshold(), decoder.iou());
            case "scores-boxes" -> new BoxDecoder.ScoresBoxes(last, decoder.threshold(), decoder.iou());
            default -> throw Problem.error("unknown-decoder", decoder.kind(), "there is no box decoder of this name",
                    "Use yolox or scores-boxes.").toException();
        };
    }

    /// A side of the picture the model takes, in pixels.
    private int side(int axis) {
        OptionalLong size = inputs.getFirst().shape().filter(s -> s.size() == 4).map(s -> s.get(axis)).map(Dim::fixed)
                .orElse(OptionalLong.empty());
        return Math.toIntExact(size.orElseThrow(() -> Problem.error("picture-size", inputs.getFirst().name(),
                "boxes are decoded in pixels, and the model's input does not say its size",
                "Fix the height and width of the input when exporting.").toException()));
    }

    private List<Integer> samples() {
        return rows.stream().flatMap(List::stream).toList();
    }

    /// What is right, where the data says so.
    private Optional<Reference> truth() {
        if (data.isEmpty()) {
            return Optional.empty();
        }
        Dataset dataset = data.get();
        if (dataset.decoder().isPresent()) {
            return labelledBoxes(dataset);
        }
        List<Integer> labels = new ArrayList<>();
        List<Double> targets = new ArrayList<>();
        for (int sample : samples()) {
            OptionalInt label = dataset.label(sample);
            OptionalDouble target = dataset.target(sample);
            if (label.isPresent()) {
                labels.add(label.getAsInt());
            } else if (target.isPresent()) {
                targets.add(target.getAsDouble());
            }
        }
        int count = samples().size();
        if (count > 0 && labels.size() == count) {
            return Optional.of(new Reference.Classes(labels));
        }
        return count > 0 && targets.size() == count ? Optional.of(new Reference.Values(targets)) : Optional.empty();
    }

    private Optional<Reference> labelledBoxes(Dataset dataset) {
        boolean unit = boxes().map(d -> d.kind().equals("scores-boxes")).orElse(false);
        double width = unit ? side(WIDTH_AXIS) : 1;
        double height = unit ? side(HEIGHT_AXIS) : 1;
        List<List<Box>> all = new ArrayList<>();
        for (int sample : samples()) {
            Optional<List<Box>> boxes = dataset.boxes(sample);
            if (boxes.isEmpty()) {
                return Optional.empty();
            }
            all.add(boxes.get().stream().map(b -> new Box(b.classIndex(), 1, b.left() / width, b.top() / height,
                    b.right() / width, b.bottom() / height)).toList());
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(new Reference.LabelledBoxes(all));
    }

    /// Whether the data says what is right, so that scores are accuracy and not agreement.
    public boolean isLabelled() {
        return truth().isPresent();
    }

    /// Scores a model.
    ///
    /// @param original the original's outputs on the same samples; the same object as `outputs` for the original itself
    @SuppressWarnings("ReferenceEquality") // the original is scored against itself only when it is the very same outputs
    public Scored score(Outputs variant, Outputs original) {
        boolean itself = variant == original;
        Optional<Reference> truth = truth();
        List<Score> others = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Score main;
        Optional<PairedComparison> drop;
        if (truth.isPresent()) {
            List<Metric> metrics = labelled(truth.get());
            Prepared prepared = metrics.getFirst().prepare(variant, truth.get());
            problems.addAll(prepared.problems());
            main = Score.of(metrics.getFirst(), prepared, SEED);
            metrics.stream().skip(1).forEach(m -> others.add(Score.of(m, m.prepare(variant, truth.get()), SEED)));
            drop = itself
                    ? Optional.empty()
                    : Optional.of(
                            PairedComparison.of(metrics.getFirst(), metrics.getFirst().prepare(original, truth.get()),
                                    prepared, SEED));
        } else {
            Metric metric = Metric.named(boxes().isPresent() ? "box-agreement" : "agreement");
            Prepared prepared = metric.prepare(variant, new Reference.Original(original));
            problems.addAll(prepared.problems());
            main = Score.of(metric, prepared, SEED);
            drop = itself ? Optional.empty() : Optional.of(PairedComparison.lossOfAgreement(main));
        }
        if (!itself && variant instanceof Outputs.Rows rows) {
            for (String id : LABEL_FREE) {
                if (!id.equals(main.metricId()) && (!id.equals("kl") || areClasses(rows))) {
                    Metric metric = Metric.named(id);
                    others.add(Score.of(metric, metric.prepare(variant, new Reference.Original(original)), SEED));
                }
            }
        }
        return new Scored(main, others, drop, problems);
    }

    private boolean areClasses(Outputs.Rows rows) {
        return rows.lastAxis() > 1
                && data.map(Dataset::task).filter(t -> t == DatasetDescription.Task.CLASSIFICATION).isPresent();
    }

    private List<Metric> labelled(Reference truth) {
        String usual = switch (truth) {
            case Reference.Values _ -> "rmse";
            case Reference.LabelledBoxes _ -> "map-50";
            case Reference.Classes _,Reference.Original _ -> "top-1";
        };
        List<Metric> metrics = data.map(Dataset::metrics).orElse(List.of()).stream().map(Metric::named)
                .filter(m -> !m.needsOriginal()).toList();
        return metrics.isEmpty() ? List.of(Metric.named(usual)) : metrics;
    }
}
