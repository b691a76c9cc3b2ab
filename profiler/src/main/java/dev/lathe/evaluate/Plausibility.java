package dev.lathe.evaluate;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.image.ImageSteps;
import dev.lathe.evaluate.metric.Outputs;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.evaluate.metric.Prepared;
import dev.lathe.evaluate.metric.Reference;
import dev.lathe.evaluate.metric.TopK;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.TensorPack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/// Whether pictures reach a classifier as it was trained on them: tries the original with colours swapped and with pixels
/// in another range on a few labelled samples, and warns where that is better, or where nothing is better than chance.
///
/// @param dataset of labelled pictures; of other data nothing is said
/// @param signature the model's inputs
/// @param outputs the model's outputs
/// @param batch samples in a run
public record Plausibility(Dataset dataset, List<ValueInfo> signature, List<ValueInfo> outputs, int batch) {
    private static final int SAMPLES = 128;
    private static final int MORE_SAMPLES = 640;
    /// Of a swap that changes nothing one in a hundred is called better.
    private static final double SURE = 0.01;
    /// A swap that looks better than this is looked at again on more samples.
    private static final double SUSPECT = 0.5;
    private static final int FULL_SCALE = 255;

    /// Copies the lists.
    public Plausibility {
        signature = List.copyOf(signature);
        outputs = List.copyOf(outputs);
    }

    /// Runs the original on a pack.
    @FunctionalInterface
    public interface Runner {
        /// The outputs of these names, as a pack in that file.
        TensorPack run(TensorPack inputs, List<String> outputs, Path out);
    }

    /// Another way of preparing a picture.
    private record Alternative(String what, String field, UnaryOperator<ImageSteps.Values> change) {}

    /// Looks; what is wrong, if anything.
    ///
    /// @param evaluated the samples that are scored
    /// @param file where packs may be written
    public Optional<Problem> check(List<Integer> evaluated, Runner runner, Path file, Cancellation cancellation) {
        boolean pictures = dataset.description().inputs().values().stream()
                .anyMatch(r -> r instanceof InputRule.Image);
        List<Integer> samples = spread(evaluated, SAMPLES);
        if (dataset.task() != DatasetDescription.Task.CLASSIFICATION || !pictures || samples.isEmpty()
                || evaluated.stream().anyMatch(s -> dataset.label(s).isEmpty())) {
            return Optional.empty();
        }
        Trial trial = new Trial(runner, file, cancellation);
        Result given = trial.score(dataset, samples);
        for (Alternative alternative : alternatives()) {
            Dataset changed = dataset.withInputs(changed(alternative));
            List<Integer> looked = samples;
            Result before = given;
            Result after = trial.score(changed, looked);
            if (isBetter(after, before, SUSPECT) && !isBetter(after, before, SURE)) {
                looked = spread(evaluated, MORE_SAMPLES);
                before = trial.score(dataset, looked);
                after = trial.score(changed, looked);
            }
            if (isBetter(after, before, SURE)) {
                return Optional.of(warning("of some samples " + percent(before) + " are right, but " + percent(after)
                        + " with " + alternative.what + " (n = " + looked.size() + ")",
                        "Check inputs." + input() + "." + alternative.field + " of the description."));
            }
        }
        double chance = 1.0 / Math.max(2, given.classes);
        double spread = 2 * Math.sqrt(chance * (1 - chance) / samples.size());
        return given.prepared.value() <= chance + spread
                ? Optional.of(warning(
                        "the original is right on " + percent(given) + " of some samples, no better than chance among "
                                + given.classes + " classes (n = " + samples.size() + ")",
                        "Check colour, layout, scale, mean and std, the order of labels.classes, and output.offset."))
                : Optional.empty();
    }

    private static boolean isBetter(Result after, Result before, double chance) {
        PairedComparison comparison = PairedComparison.of(new TopK(1), after.prepared, before.prepared, 1);
        return comparison.drop() > 0 && comparison.mcNemarP().orElse(1) < chance;
    }

    private Problem warning(String what, String remedy) {
        return Problem.warning("preprocessing-doubtful", dataset.path().toString(), what, remedy);
    }

    private static String percent(Result result) {
        return Math.round(100 * result.prepared.value()) + " %";
    }

    /// Samples from all over the data, which may be sorted by class.
    private static List<Integer> spread(List<Integer> evaluated, int most) {
        int step = Math.max(1, evaluated.size() / most);
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < evaluated.size() && chosen.size() < most; i += step) {
            chosen.add(evaluated.get(i));
        }
        return chosen;
    }

    private record Result(Prepared prepared, int classes) {}

    /// Scores the original on samples that are prepared in one way or another.
    private final class Trial {
        private final Runner runner;
        private final Path file;
        private final Cancellation cancellation;
        private int packs;

        Trial(Runner runner, Path file, Cancellation cancellation) {
            this.runner = runner;
            this.file = file;
            this.cancellation = cancellation;
        }

        Result score(Dataset data, List<Integer> samples) {
            Path inputs = file.resolveSibling(file.getFileName() + "-" + packs++);
            PackBuilder.Pack pack = new PackBuilder(data, signature, batch).write(inputs, samples,
                    Progress.Listener.NONE, cancellation);
            Scorer scorer = new Scorer(Optional.of(data), pack.rows(), signature, outputs);
            Outputs given = scorer.read(runner.run(TensorPack.open(inputs), scorer.wanted(),
                    inputs.resolveSibling(inputs.getFileName() + ".outputs")));
            Reference truth = new Reference.Classes(samples.stream().map(s -> data.label(s).orElseThrow()).toList());
            return new Result(new TopK(1).prepare(given, truth), given.classCount());
        }
    }

    private String input() {
        return dataset.description().inputs().entrySet().stream().filter(e -> e.getValue() instanceof InputRule.Image)
                .findFirst().orElseThrow().getKey();
    }

    private SequencedMap<String, InputRule> changed(Alternative alternative) {
        SequencedMap<String, InputRule> inputs = new LinkedHashMap<>();
        dataset.description().inputs().forEach((name, rule) -> inputs.put(name, rule instanceof InputRule.Image image
                ? new InputRule.Image(new ImageSteps(image.steps().geometry(), alternative.change.apply(image.steps()
                        .values())), image.dtype())
                : rule));
        return inputs;
    }

    private List<Alternative> alternatives() {
        List<Alternative> all = new ArrayList<>();
        InputRule rule = dataset.description().inputs().get(input());
        if (!(rule instanceof InputRule.Image image)) {
            return all;
        }
        ImageSteps.Values now = image.steps().values();
        if (now.colour() != ImageSteps.Colour.GRAY) {
            ImageSteps.Colour other = now.colour() == ImageSteps.Colour.RGB
                    ? ImageSteps.Colour.BGR
                    : ImageSteps.Colour.RGB;
            all.add(new Alternative("colour " + other, "colour",
                    v -> new ImageSteps.Values(other, v.layout(), v.scale(), v.mean(), v.std())));
        }
        double scale = now.scale() < 1 ? now.scale() * FULL_SCALE : now.scale() / FULL_SCALE;
        all.add(new Alternative("scale " + (float) scale, "scale",
                v -> new ImageSteps.Values(v.colour(), v.layout(), scale, v.mean(), v.std())));
        return all;
    }
}
