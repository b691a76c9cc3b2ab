package dev.lathe.evaluate.description;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Where samples and labels are; paths are relative to the description.
public sealed interface Source {

    /// A separate source of the same kind for calibration.
    Optional<String> calibration();

    /// The `kind` that names this source in a description.
    String kind();

    /// The source to calibrate from where there is one: the same with its file replaced and without labels.
    default Optional<Source> calibrationSource() {
        return calibration().map(this::unlabelled);
    }

    /// The same kind of source in another file, without labels.
    Source unlabelled(String file);

    /// Pictures in a folder, or in one folder for each class, whose name is the label.
    ///
    /// @param labels a CSV file with the header `filename,label`
    /// @param boxes labelled boxes: a CSV file with the header `filename,label,left,top,right,bottom` in pixels, or
    /// annotations as COCO has them (JSON)
    record Images(String folder, Optional<String> labels, Optional<String> boxes,
            Optional<String> calibration) implements Source {
        @Override
        public String kind() {
            return "images";
        }

        @Override
        public Source unlabelled(String file) {
            return new Images(file, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /// Pictures in MNIST's format, plain or compressed with gzip.
    record Idx(String images, Optional<String> labels, Optional<String> calibration) implements Source {
        @Override
        public String kind() {
            return "idx";
        }

        @Override
        public Source unlabelled(String file) {
            return new Idx(file, Optional.empty(), Optional.empty());
        }
    }

    /// Text in a table with a header.
    ///
    /// @param tokenizer a `tokenizer.json` or a `vocab.txt`
    /// @param maxLength the most tokens of a sample, special ones included
    record Text(String file, String textColumn, Optional<String> labelColumn, String tokenizer, int maxLength,
            Optional<String> calibration) implements Source {
        @Override
        public String kind() {
            return "text";
        }

        @Override
        public Source unlabelled(String other) {
            return new Text(other, textColumn, Optional.empty(), tokenizer, maxLength, Optional.empty());
        }
    }

    /// Numbers in a table.
    ///
    /// @param features zero-based columns that are the sample, in this order
    /// @param labelColumn zero-based column of the label
    record Csv(String file, boolean header, List<Integer> features, OptionalInt labelColumn,
            Optional<String> calibration) implements Source {
        /// Copies the columns.
        public Csv {
            features = List.copyOf(features);
        }

        @Override
        public String kind() {
            return "csv";
        }

        @Override
        public Source unlabelled(String other) {
            return new Csv(other, header, features, OptionalInt.empty(), Optional.empty());
        }
    }

    /// Sound in the WAV files of a folder.
    ///
    /// @param rate samples a second that all must have; that of the first where none is given
    /// @param labels a CSV file with the header `filename,label`
    /// @param segments the ending of a file beside each WAV file, which has a name and then start, end (seconds) and label,
    ///     as often as it likes: a window has the label at its middle
    record Wav(String folder, OptionalInt rate, Optional<String> labels, Optional<String> segments,
            Optional<String> calibration) implements Source {
        @Override
        public String kind() {
            return "wav";
        }

        @Override
        public Source unlabelled(String other) {
            return new Wav(other, rate, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /// Arrays of a NumPy archive, whose first dimension counts the samples.
    ///
    /// @param labels the name of the array of labels
    record Npz(String file, Optional<String> labels, Optional<String> calibration) implements Source {
        @Override
        public String kind() {
            return "npz";
        }

        @Override
        public Source unlabelled(String other) {
            return new Npz(other, Optional.empty(), Optional.empty());
        }
    }
}
