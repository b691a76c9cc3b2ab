package dev.lathe.evaluate.metric;

import java.util.Arrays;
import java.util.List;

/// What outputs are held against, sample by sample.
public sealed interface Reference {

    /// How many samples there are.
    int count();

    /// The right class of each sample, as the model numbers classes.
    record Classes(List<Integer> labels) implements Reference {

        /// Keeps the labels.
        public Classes {
            labels = List.copyOf(labels);
        }

        /// Labels from an array.
        public static Classes of(int... labels) {
            return new Classes(Arrays.stream(labels).boxed().toList());
        }

        @Override
        public int count() {
            return labels.size();
        }

        int[] array() {
            return labels.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /// The right number of each sample.
    record Values(List<Double> values) implements Reference {

        /// Keeps the values.
        public Values {
            values = List.copyOf(values);
        }

        /// Values from an array.
        public static Values of(double... values) {
            return new Values(Arrays.stream(values).boxed().toList());
        }

        @Override
        public int count() {
            return values.size();
        }
    }

    /// The right boxes of each sample, as the decoder of the outputs measures them.
    ///
    /// @param samples one list a sample, which may be empty; the scores of the boxes are 1
    record LabelledBoxes(List<List<Box>> samples) implements Reference {

        /// Keeps the boxes.
        public LabelledBoxes {
            samples = samples.stream().map(List::copyOf).toList();
        }

        @Override
        public int count() {
            return samples.size();
        }
    }

    /// What the original gave for the same samples.
    record Original(Outputs outputs) implements Reference {
        @Override
        public int count() {
            return outputs.count();
        }
    }
}
