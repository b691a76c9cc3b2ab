package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.evaluate.metric.Score;
import java.util.List;
import java.util.Optional;

/// How good a model's outputs are on a set of samples.
///
/// @param main the deciding score
/// @param others further scores; those that compare with the original are absent for the original itself
/// @param drop what was lost against the original on the same samples; empty for the original itself
/// @param problems what was wrong with the outputs, such as NaN
public record Scored(Score main, List<Score> others, Optional<PairedComparison> drop, List<Problem> problems) {

    /// Copies the lists.
    public Scored {
        others = List.copyOf(others);
        problems = List.copyOf(problems);
    }
}
