package dev.lathe.evaluate.description;

import dev.lathe.evaluate.image.ImageSteps;
import dev.lathe.graph.DataType;
import java.util.List;
import java.util.Optional;

/// What one input of the model is made from.
public sealed interface InputRule {

    /// The element type the tensor gets; that of the model's input where none is given.
    Optional<DataType> dtype();

    /// The `from` that names this rule in a description.
    String from();

    /// What to change in a description when its tensor does not fit the input of this name.
    String remedy(String input);

    /// A picture.
    record Image(ImageSteps steps, Optional<DataType> dtype) implements InputRule {
        @Override
        public String from() {
            return "image";
        }

        @Override
        public String remedy(String input) {
            return "Set resize, width, height, crop, colour and layout of inputs." + input
                    + " so that they agree, or choose the data of this model.";
        }
    }

    /// What a tokenizer makes of a text.
    record Tokens(Part part, Optional<DataType> dtype) implements InputRule {
        /// Token numbers, which of them count, or which sentence they are of; their order is that of [#from()]'s names.
        public enum Part {
            IDS, MASK, TYPE_IDS
        }

        @Override
        public String from() {
            return switch (part) {
                case IDS -> "ids";
                case MASK -> "mask";
                case TYPE_IDS -> "typeIds";
            };
        }

        @Override
        public String remedy(String input) {
            return "Set source.maxLength to the length the model takes, or choose the data of this model.";
        }
    }

    /// The feature columns of a table.
    record Features(Optional<DataType> dtype) implements InputRule {
        @Override
        public String from() {
            return "features";
        }

        @Override
        public String remedy(String input) {
            return "Set source.features to as many columns as the model takes, or choose the data of this model.";
        }
    }

    /// An array of an archive.
    record Array(String array, Optional<DataType> dtype) implements InputRule {
        @Override
        public String from() {
            return "array";
        }

        @Override
        public String remedy(String input) {
            return "Name an array of this shape in inputs." + input + ".array, or choose the data of this model.";
        }
    }

    /// Sound.
    ///
    /// @param window samples of a window; 0 for the whole file
    /// @param context samples before the window that come with it, zeros before the start of the file
    record Sound(int window, int context, Optional<DataType> dtype) implements InputRule {
        @Override
        public String from() {
            return "samples";
        }

        @Override
        public String remedy(String input) {
            return "Set inputs." + input + ".window and .context so that together they are what the model takes.";
        }
    }

    /// What an output was in the window before, zeros in the first of a file.
    record Previous(String output, Optional<DataType> dtype) implements InputRule {
        @Override
        public String from() {
            return "previous";
        }

        @Override
        public String remedy(String input) {
            return "Name an output of the same shape in inputs." + input + ".output.";
        }
    }

    /// The same for every sample: one number that fills the input, or as many as it has elements.
    record Constant(List<Double> values, Optional<DataType> dtype) implements InputRule {
        /// Copies the numbers.
        public Constant {
            values = List.copyOf(values);
        }

        @Override
        public String from() {
            return "constant";
        }

        @Override
        public String remedy(String input) {
            return "Give inputs." + input + ".value one number, or as many as the input has elements.";
        }
    }
}
