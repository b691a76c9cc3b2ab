package dev.lathe.evaluate;

import dev.lathe.evaluate.metric.Outputs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// What a model gave for one sample, as a person reads it.
///
/// @param chosen the class it chose; empty where the output is no class, or not finite
/// @param best the classes it found likeliest, the first being the chosen one; empty where the output is no class
/// @param words what it gave where that is no class: a number, or how many boxes
public record Answer(OptionalInt chosen, List<Ranked> best, String words) {
    private static final int MOST_RANKED = 5;
    private static final int MOST_NUMBERS = 6;
    private static final String ASKING = "the comparison of answers";

    /// Copies the list.
    public Answer {
        best = List.copyOf(best);
    }

    /// A class and how the model rates it.
    ///
    /// @param index of the class
    /// @param value as the model gives it: a probability, a logit
    public record Ranked(int index, double value) {}

    /// What a model gave for each sample.
    ///
    /// @param classes whether its numbers rate classes
    public static List<Answer> of(Outputs outputs, boolean classes) {
        return switch (outputs) {
            case Outputs.Labels labels -> {
                int[] chosen = labels.chosen(ASKING);
                yield IntStream.range(0, labels.count()).mapToObj(i -> chosen(chosen[i], List.of(), "")).toList();
            }
            case Outputs.Rows rows -> rows(rows, classes && oneRow(rows));
            case Outputs.Boxes boxes -> boxes.samples().stream().map(d -> new Answer(OptionalInt.empty(), List.of(),
                    d.boxes().size() + (d.boxes().size() == 1 ? " box" : " boxes"))).toList();
        };
    }

    private static boolean oneRow(Outputs.Rows rows) {
        return rows.samples().stream().allMatch(s -> s.length == rows.lastAxis());
    }

    private static List<Answer> rows(Outputs.Rows rows, boolean classes) {
        int[] chosen = classes ? rows.chosen(ASKING) : new int[0];
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < rows.count(); i++) {
            float[] values = rows.samples().get(i);
            String words = rows.finite(i) ? numbers(values) : "NaN or infinite";
            answers.add(classes
                    ? chosen(chosen[i], values.length > 1 && rows.finite(i) ? ranked(values) : List.of(), words)
                    : new Answer(OptionalInt.empty(), List.of(), words));
        }
        return answers;
    }

    private static Answer chosen(int index, List<Ranked> best, String words) {
        return new Answer(index < 0 ? OptionalInt.empty() : OptionalInt.of(index), best, words);
    }

    /// The likeliest classes; of equals the first, as the metrics choose.
    private static List<Ranked> ranked(float... values) {
        return IntStream.range(0, values.length).mapToObj(i -> new Ranked(i, values[i]))
                .sorted(Comparator.comparingDouble(Ranked::value).reversed()).limit(MOST_RANKED).toList();
    }

    private static String numbers(float... values) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < Math.min(values.length, MOST_NUMBERS); i++) {
            parts.add(String.format(Locale.ROOT, "%.4g", values[i]));
        }
        return String.join(", ", parts) + (values.length > MOST_NUMBERS ? ", … (" + values.length + " numbers)" : "");
    }
}
