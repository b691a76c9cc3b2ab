package dev.lathe.evaluate.metric;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/// What a model gave for a list of samples: numbers, class indices, or boxes. The arrays are shared and not changed.
public sealed interface Outputs {

    /// How many samples there are.
    int count();

    /// Whether everything the model gave for a sample is a number (neither NaN nor infinite).
    boolean finite(int sample);

    /// Numbers such as logits, probabilities or embeddings.
    ///
    /// @param samples one flattened output each, of shape `[positions..., lastAxis]`; `[classes]` for a classifier
    /// @param lastAxis length of the last axis, at least 1
    record Rows(List<float[]> samples, int lastAxis) implements Outputs {

        /// Checks that every output is a whole number of rows.
        public Rows {
            samples = List.copyOf(samples);
            for (float[] sample : samples) {
                if (lastAxis < 1 || sample.length == 0 || sample.length % lastAxis != 0) {
                    throw new IllegalArgumentException(
                            "an output of " + sample.length + " numbers with a last axis of " + lastAxis);
                }
            }
        }

        @Override
        public int count() {
            return samples.size();
        }

        @Override
        public boolean finite(int sample) {
            for (float value : samples.get(sample)) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
            return true;
        }

        /// The index of the largest number of one row, the first of equals.
        int best(int sample, int position) {
            float[] values = samples.get(sample);
            int from = position * lastAxis;
            int best = 0;
            for (int c = 1; c < lastAxis; c++) {
                if (values[from + c] > values[from + best]) {
                    best = c;
                }
            }
            return best;
        }
    }

    /// Class indices that the model itself chose, as a tree ensemble's label output does.
    ///
    /// @param classes one index a sample
    record Labels(List<Long> classes) implements Outputs {

        /// Keeps the indices.
        public Labels {
            classes = List.copyOf(classes);
        }

        /// Indices from an array.
        public static Labels of(long... classes) {
            return new Labels(Arrays.stream(classes).boxed().toList());
        }

        @Override
        public int count() {
            return classes.size();
        }

        @Override
        public boolean finite(int sample) {
            return true;
        }
    }

    /// Boxes that a [BoxDecoder] found.
    ///
    /// @param samples one list a sample, which may be empty
    record Boxes(List<BoxDecoder.Decoded> samples) implements Outputs {

        /// Keeps the boxes.
        public Boxes {
            samples = List.copyOf(samples);
        }

        @Override
        public int count() {
            return samples.size();
        }

        @Override
        public boolean finite(int sample) {
            return samples.get(sample).finite();
        }
    }

    /// The class chosen for each sample; -1 where the output is not finite.
    ///
    /// A single number a sample is a binary score: class 1 above 0.5 where all lie in 0..1, above 0 otherwise.
    ///
    /// @param metric the id of who asks, for the sentence
    default int[] chosen(String metric) {
        return switch (this) {
            case Labels labels -> labels.classes.stream().mapToInt(c -> c < 0 || c > Integer.MAX_VALUE
                    ? -1
                    : c.intValue()).toArray();
            case Rows rows -> {
                requireOneRow(rows, metric);
                double threshold = rows.lastAxis == 1 ? threshold(rows) : 0;
                int[] chosen = new int[rows.count()];
                for (int i = 0; i < chosen.length; i++) {
                    int best = rows.lastAxis > 1 ? rows.best(i, 0) : rows.samples.get(i)[0] > threshold ? 1 : 0;
                    chosen[i] = rows.finite(i) ? best : -1;
                }
                yield chosen;
            }
            case Boxes _ -> throw unfit(metric, "the outputs are boxes", "Use box-agreement.");
        };
    }

    /// How many classes the outputs can tell apart: 2 for a single score; for class indices, one more than the largest.
    default int classCount() {
        return switch (this) {
            case Rows rows -> Math.max(2, rows.lastAxis);
            case Labels labels -> (int) Math.min(Integer.MAX_VALUE - 1,
                    labels.classes.stream().mapToLong(Long::longValue).max().orElse(0)) + 1;
            case Boxes _ -> 0;
        };
    }

    /// A warning that counts the samples with NaN or infinite outputs and names the first; none if there are none.
    ///
    /// @param whose "variant" or "original"
    default List<Problem> nonFinite(String whose) {
        return counted(whose, count(), i -> !finite(i)).stream().toList();
    }

    private static Optional<Problem> counted(String whose, int count, IntPredicate wrong) {
        List<Integer> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (wrong.test(i)) {
                samples.add(i);
            }
        }
        return samples.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.warning("non-finite-output", "output of the " + whose,
                        "NaN or infinite in " + samples.size() + " of " + count + " samples, first in sample "
                                + samples.getFirst() + "; they count as wrong",
                        "Look for an overflow: FP16, or a quantized range that is too narrow."));
    }

    private static double threshold(Rows rows) {
        for (float[] sample : rows.samples) {
            if (sample[0] < 0 || sample[0] > 1) {
                return 0;
            }
        }
        return 0.5;
    }

    /// Refuses outputs with several rows a sample, for which one label means nothing.
    static void requireOneRow(Rows rows, String metric) {
        for (float[] sample : rows.samples()) {
            if (sample.length != rows.lastAxis()) {
                throw unfit(metric, "the output has " + sample.length / rows.lastAxis() + " rows of " + rows.lastAxis()
                        + " numbers for one label", "Name another output in the dataset's output.name.");
            }
        }
    }

    /// Outputs or labels that a metric cannot read.
    static ProblemException unfit(String metric, String what, String remedy) {
        return Problem.error("metric-does-not-fit", "metric " + metric, what, remedy).toException();
    }
}
