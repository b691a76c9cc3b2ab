package dev.lathe.evaluate;

import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.DatasetDescription.Decoder;
import dev.lathe.evaluate.description.DatasetDescription.Task;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.metric.Box;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// Samples with their labels, as a `dataset.json` describes them.
///
/// A sample is named by its index: those of the main source come first, in order of their file names or as stored; those
/// of a separate calibration source, where there is one, follow. Thread-safe.
public interface Dataset {

    /// Opens a description, or the `dataset.json` of a folder.
    ///
    /// @throws dev.lathe.base.ProblemException with all that is wrong with the description, or with the first thing that
    /// is wrong with the files it names
    static Dataset open(Path descriptionOrFolder) {
        return FileDataset.open(descriptionOrFolder);
    }

    /// The description's file name without `.dataset.json`, or the folder's where that leaves nothing.
    String name();

    /// The description's file.
    Path path();

    /// What the description says.
    DatasetDescription description();

    /// The same samples made into inputs in another way.
    Dataset withInputs(SequencedMap<String, InputRule> inputs);

    /// SHA-256 over the description and the content of every file it names, in hexadecimal.
    ///
    /// *Cost*: reads all files the first time, later nothing.
    String contentHash();

    /// How many samples there are, those of a separate calibration source included.
    int size();

    /// The samples that calibrate.
    ///
    /// Drawn ones: the indices of the main source, ascending, are shuffled by
    /// `for i = n down to 2: swap(i - 1, random.nextInt(i))` with `random = new java.util.SplittableRandom(seed)`; the first
    /// `count` calibrate, in that order. A separate calibration source is taken whole. A split's are in its file's order.
    ///
    /// @throws dev.lathe.base.ProblemException if more are to be drawn than there are, or if the split does not exist or
    /// names samples that do not
    List<Integer> calibration(Selection selection);

    /// The samples that are evaluated: those of the main source that do not calibrate, ascending; a split's in its file's
    /// order.
    ///
    /// @throws dev.lathe.base.ProblemException as [#calibration]
    List<Integer> evaluation(Selection selection);

    /// One sample as the model's inputs, with batch 1.
    ///
    /// A tensor is reshaped where the numbers of elements agree; dimensions that are not fixed are taken from the data.
    ///
    /// @param signature the inputs to feed, without those that have initializers
    /// @throws dev.lathe.base.ProblemException if the data does not fit, naming the input, or cannot be read
    SequencedMap<String, Tensor> sample(int index, List<ValueInfo> signature);

    /// The sample's file name, or its zero-based row in its source.
    String sampleName(int index);

    /// What a sample is a part of: the file of a window of sound, else the sample itself. Windows of a file follow one
    /// another, and all of them calibrate or all are evaluated.
    String sequence(int index);

    /// The outputs that become inputs of the next window, by input; empty where nothing is carried on.
    default SequencedMap<String, String> carried() {
        SequencedMap<String, String> carried = new LinkedHashMap<>();
        description().inputs().forEach((input, rule) -> {
            if (rule instanceof InputRule.Previous previous) {
                carried.put(input, previous.output());
            }
        });
        return carried;
    }

    /// The index the model should give: that of the label plus the description's `output.offset`. Empty unless the task is
    /// classification and the sample is labelled.
    OptionalInt label(int index);

    /// The number the model should give, where the task is regression and the sample is labelled.
    OptionalDouble target(int index);

    /// The boxes the model should find, in pixels of the picture as the model sees it; empty unless boxes are labelled.
    ///
    /// @throws dev.lathe.base.ProblemException if a label names no class
    Optional<List<Box>> boxes(int index);

    /// The classes by index of the label (before `output.offset`); empty where none are named.
    List<String> classNames();

    /// What is to be predicted.
    default Task task() {
        return description().task();
    }

    /// The names of what is scored, the deciding one first; empty where the description names none.
    default List<String> metrics() {
        return description().metrics();
    }

    /// The output that is scored, where one is named.
    default Optional<String> outputName() {
        return description().output().name();
    }

    /// How outputs become boxes, where they do.
    default Optional<Decoder> decoder() {
        return description().output().decoder();
    }
}
