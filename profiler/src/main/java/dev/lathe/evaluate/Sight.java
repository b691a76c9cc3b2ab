package dev.lathe.evaluate;

import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.image.DrawnBack;
import dev.lathe.evaluate.image.Pixels;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A sample as the model sees it: after all that is done to it, made visible again.
///
/// @param name of the sample
/// @param picture what the model sees, where that is a picture
/// @param words the inputs in words: shape, type, range or first values
public record Sight(String name, Optional<Pixels> picture, List<String> words) {
    private static final int FIRST = 12;

    /// Copies the list.
    public Sight {
        words = List.copyOf(words);
    }

    /// What a model of these inputs sees of a sample.
    ///
    /// @throws dev.lathe.base.ProblemException if the data does not fit the inputs, or cannot be read
    public static Sight of(Dataset dataset, int sample, List<ValueInfo> signature) {
        Optional<Pixels> picture = Optional.empty();
        List<String> words = new ArrayList<>();
        for (Map.Entry<String, Tensor> input : dataset.sample(sample, signature).entrySet()) {
            if (picture.isEmpty()) {
                picture = dataset.description().inputs().get(input.getKey()) instanceof InputRule.Image image
                        ? DrawnBack.of(input.getValue(), image.steps().values())
                        : DrawnBack.guess(input.getValue());
            }
            words.add(input.getKey() + ": " + words(input.getValue()));
        }
        return new Sight(dataset.sampleName(sample), picture, words);
    }

    private static String words(Tensor tensor) {
        float[] values = tensor.floats();
        if (values.length <= FIRST) {
            return tensor.signature() + " " + first(values);
        }
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return String.format(Locale.ROOT, "%s, %.4g to %.4g", tensor.signature(), low, high)
                + (tensor.shape().length <= 2 ? ": " + first(values) + ", …" : "");
    }

    private static String first(float... values) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < Math.min(FIRST, values.length); i++) {
            parts.add(values[i] == Math.rint(values[i])
                    ? String.format(Locale.ROOT, "%.0f", values[i])
                    : String.format(Locale.ROOT, "%.4g", values[i]));
        }
        return String.join(" ", parts);
    }
}
