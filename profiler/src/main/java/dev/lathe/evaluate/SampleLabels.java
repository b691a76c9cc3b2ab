package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.DatasetDescription.Task;
import dev.lathe.evaluate.source.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// Turns labels as they are written into what the model should give.
final class SampleLabels {
    private static final int TOLD = 5;

    private final DatasetDescription description;
    private final Samples samples;
    private final List<Problem> problems = new ArrayList<>();

    SampleLabels(DatasetDescription description, Samples samples) {
        this.description = description;
        this.samples = samples;
    }

    /// By sample: class index of the model, or number; all empty where the task has none.
    ///
    /// @throws ProblemException with the first labels that name no class or are no number
    List<OptionalDouble> all() {
        boolean labelled = description.task() == Task.CLASSIFICATION || description.task() == Task.REGRESSION;
        List<OptionalDouble> all = new ArrayList<>();
        for (int i = 0; labelled && i < samples.size() && problems.size() < TOLD; i++) {
            Optional<String> label = samples.label(i);
            all.add(label.isEmpty() ? OptionalDouble.empty() : number(i, label.get()));
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(problems);
        }
        return List.copyOf(all);
    }

    private OptionalDouble number(int sample, String label) {
        if (description.task() == Task.REGRESSION) {
            try {
                return OptionalDouble.of(Double.parseDouble(label));
            } catch (NumberFormatException _) {
                return complain(sample, "has the label '" + label + "', which is no number", "Correct it.");
            }
        }
        DatasetDescription.Labels known = description.labels().classes().isEmpty()
                ? new DatasetDescription.Labels(samples.classes(), Optional.empty())
                : description.labels();
        OptionalInt index = known.index(label);
        if (index.isEmpty()) {
            List<String> classes = known.classes();
            return classes.isEmpty()
                    ? complain(sample, "has the label '" + label + "', which is no class number",
                            "List the class names in index order as labels.classes.")
                    : complain(sample, "has the label '" + label + "', which is not among the " + classes.size()
                            + " of labels.classes", "Correct the label or add the class.");
        }
        int expected = index.getAsInt() + description.output().offset();
        return expected < 0
                ? complain(sample, "has the label '" + label + "', which output.offset " + description.output().offset()
                        + " makes class " + expected, "Correct output.offset.")
                : OptionalDouble.of(expected);
    }

    private OptionalDouble complain(int sample, String what, String remedy) {
        problems.add(Problem.error("dataset-label", description.file().toString(),
                "sample " + samples.name(sample) + " " + what, remedy));
        return OptionalDouble.empty();
    }
}
