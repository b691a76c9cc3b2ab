package dev.lathe.evaluate.source;

import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.description.Source;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The samples of one source in their fixed order: by file name, or as stored. Thread-safe.
public interface Samples {

    /// How many there are.
    int size();

    /// The file name of a sample, or its zero-based row.
    String name(int index);

    /// The label as it is written; empty where the source has none.
    Optional<String> label(int index);

    /// What a sample is a part of, and is drawn with: the file of a window of sound. Parts follow one another.
    default String group(int index) {
        return name(index);
    }

    /// The names of the classes where the source itself orders them, by index; empty where it does not.
    default List<String> classes() {
        return List.of();
    }

    /// The labelled boxes of a sample, in pixels of the picture as it is stored; empty where the source labels none.
    default Optional<BoxLabels.Picture> boxes(int index) {
        return Optional.empty();
    }

    /// What a rule makes of a sample, before it is fitted to the shape of the input.
    ///
    /// @throws dev.lathe.base.ProblemException if the sample cannot be read, naming it
    Tensor tensor(int index, InputRule rule, ValueInfo input);

    /// Every file the samples come from, in a fixed order.
    List<Path> files();

    /// Opens a source of a description.
    ///
    /// @throws dev.lathe.base.ProblemException if a file is missing or is not what it should be
    static Samples open(DatasetDescription description, Source source) {
        return switch (source) {
            case Source.Images images -> ImageSamples.ofFolder(description, images);
            case Source.Idx idx -> ImageSamples.ofIdx(description, idx);
            case Source.Text text -> TextSamples.open(description, text);
            case Source.Csv csv -> TableSamples.open(description, csv);
            case Source.Npz npz -> ArraySamples.open(description, npz);
            case Source.Wav wav -> WavSamples.open(description, wav);
        };
    }
}
