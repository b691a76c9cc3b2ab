package dev.lathe.evaluate.description;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// A `dataset.json`: where samples and labels are, and how a sample becomes the model's inputs.
///
/// @param file the description itself; paths in it are relative to its folder
/// @param metrics names of what is scored, the deciding one first
public record DatasetDescription(Path file, Task task, Source source, Labels labels, Division division,
        SequencedMap<String, InputRule> inputs, Output output, List<String> metrics) {
    /// The value of `format`.
    public static final String FORMAT = "lathe-dataset/1";

    /// Copies the collections, keeping their order.
    public DatasetDescription {
        inputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(inputs));
        metrics = List.copyOf(metrics);
    }

    /// Reads a description.
    ///
    /// @throws dev.lathe.base.ProblemException with everything that is wrong with it, field by field
    public static DatasetDescription read(Path file) {
        return DescriptionReader.read(file);
    }

    /// A path of the description, relative to its folder.
    public Path resolve(String path) {
        return file.resolveSibling(path);
    }

    /// What is to be predicted; `NONE` has no labels and is scored by its agreement with the original.
    public enum Task {
        CLASSIFICATION, REGRESSION, DETECTION, NONE
    }

    /// The classes by index.
    ///
    /// @param classes empty where none are named
    /// @param file the file they stood in, if they did
    public record Labels(List<String> classes, Optional<String> file) {
        /// Copies the classes.
        public Labels {
            classes = List.copyOf(classes);
        }

        /// The class a label names: by its name, else by its number.
        public OptionalInt index(String label) {
            int named = classes.indexOf(label);
            if (named >= 0) {
                return OptionalInt.of(named);
            }
            try {
                double number = Double.parseDouble(label);
                boolean known = number >= 0 && number == Math.rint(number) && number <= Integer.MAX_VALUE
                        && (classes.isEmpty() || number < classes.size());
                return known ? OptionalInt.of((int) number) : OptionalInt.empty();
            } catch (NumberFormatException _) {
                return OptionalInt.empty();
            }
        }
    }

    /// Which samples calibrate.
    ///
    /// @param count how many are drawn; 0 for none
    /// @param seed of the drawing
    /// @param splits by name
    public record Division(int count, long seed, SequencedMap<String, Split> splits) {
        /// Copies the splits, keeping their order.
        public Division {
            splits = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(splits));
        }
    }

    /// Files with one sample a line: its file name, or the zero-based row of its source.
    public record Split(String calibration, String evaluation) {}

    /// Which output is scored.
    ///
    /// @param name of the output, where one is enough
    /// @param offset class index of the model minus index of the label
    public record Output(Optional<String> name, int offset, Optional<Decoder> decoder) {}

    /// How raw outputs become boxes.
    ///
    /// @param kind `yolox` or `scores-boxes`
    /// @param scores name of the output of scores, for `scores-boxes`
    /// @param boxes name of the output of boxes, for `scores-boxes`
    /// @param threshold least score of a box, 0..1
    /// @param iou overlap from which two boxes are one, 0..1
    public record Decoder(String kind, Optional<String> scores, Optional<String> boxes, double threshold, double iou) {}
}
