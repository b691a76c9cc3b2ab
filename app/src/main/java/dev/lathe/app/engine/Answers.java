package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.evaluate.Answer;
import dev.lathe.evaluate.Scored;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What several models gave for the same samples.
///
/// @param samples in the order in which they were answered
/// @param models the first is what the others are held against
/// @param classes names of the classes by index of the model; empty where none are named
/// @param data what it rests on, in words
/// @param problems what is doubtful of the data
public record Answers(List<Sample> samples, List<OfModel> models, List<String> classes, String data,
        List<Problem> problems) {

    /// Copies the lists.
    public Answers {
        samples = List.copyOf(samples);
        models = List.copyOf(models);
        classes = List.copyOf(classes);
        problems = List.copyOf(problems);
    }

    /// A sample.
    ///
    /// @param index in its dataset
    /// @param name its file's, or its row
    /// @param label the right class, where that is known
    public record Sample(int index, String name, OptionalInt label) {}

    /// What one model gave.
    ///
    /// @param scored how good that is; empty if it could not be run
    /// @param answers by sample, in the order of the samples; empty if it could not be run
    /// @param failure why it could not
    public record OfModel(String name, Optional<Scored> scored, List<Answer> answers, Optional<Problem> failure) {

        /// Copies the list.
        public OfModel {
            answers = List.copyOf(answers);
        }
    }

    /// A class in words: its name, or its number.
    public String className(int index) {
        return index < classes.size() ? classes.get(index) : Integer.toString(index);
    }
}
