package dev.lathe.evaluate.image;

import dev.lathe.profile.tensor.Tensor;
import java.util.Optional;

/// Tensors drawn back as pictures, so that a wrong crop, scale or order of colours can be seen.
public final class DrawnBack {
    private static final int LEAST_SIDE = 4;
    private static final int WHITE = 255;
    private static final int COLOURS = 3;

    private DrawnBack() {}

    /// The picture that became this tensor: what [ImageSteps] did to the values is undone, its geometry stays. What lies
    /// outside of 0..255 then is cut, as no screen shows it.
    ///
    /// @param tensor with or without a batch dimension of 1
    /// @param values how pixels became numbers
    /// @return empty if the tensor is no picture
    public static Optional<Pixels> of(Tensor tensor, ImageSteps.Values values) {
        boolean planes = values.layout() == ImageSteps.Layout.NCHW;
        return plan(tensor, planes).map(plan -> {
            float[] numbers = tensor.floats();
            byte[] bytes = new byte[plan.width * plan.height * plan.channels];
            for (int c = 0; c < plan.channels; c++) {
                int to = values.colour() == ImageSteps.Colour.BGR ? plan.channels - 1 - c : c;
                for (int i = 0; i < plan.width * plan.height; i++) {
                    double pixel = values.pixel(numbers[plan.at(c, i, planes)], c);
                    bytes[i * plan.channels + to] = (byte) Math.round(Math.clamp(pixel, 0, WHITE));
                }
            }
            return new Pixels(plan.width, plan.height, plan.channels, bytes);
        });
    }

    /// A tensor of which nobody says that it is a picture, if it has the shape of one: its least value is black, its largest
    /// white.
    public static Optional<Pixels> guess(Tensor tensor) {
        boolean planes = plan(tensor, true).isPresent();
        return plan(tensor, planes).map(plan -> {
            float[] numbers = tensor.floats();
            float low = Float.POSITIVE_INFINITY;
            float high = Float.NEGATIVE_INFINITY;
            for (float number : numbers) {
                low = Math.min(low, number);
                high = Math.max(high, number);
            }
            double scale = high > low ? WHITE / ((double) high - low) : 0;
            byte[] bytes = new byte[plan.width * plan.height * plan.channels];
            for (int c = 0; c < plan.channels; c++) {
                for (int i = 0; i < plan.width * plan.height; i++) {
                    bytes[i * plan.channels + c] = (byte) Math.round((numbers[plan.at(c, i, planes)] - low) * scale);
                }
            }
            return new Pixels(plan.width, plan.height, plan.channels, bytes);
        });
    }

    /// Where a picture's values lie.
    private record Layout(int width, int height, int channels) {
        int at(int channel, int place, boolean planes) {
            return planes ? channel * width * height + place : place * channels + channel;
        }
    }

    private static Optional<Layout> plan(Tensor tensor, boolean planes) {
        long[] shape = tensor.shape();
        int from = shape.length == 4 && shape[0] == 1 ? 1 : 0;
        if (shape.length - from != 3) {
            return Optional.empty();
        }
        long channels = planes ? shape[from] : shape[from + 2];
        long height = planes ? shape[from + 1] : shape[from];
        long width = planes ? shape[from + 2] : shape[from + 1];
        boolean isPicture = (channels == 1 || channels == COLOURS) && height >= LEAST_SIDE && width >= LEAST_SIDE;
        return isPicture
                ? Optional.of(new Layout(Math.toIntExact(width), Math.toIntExact(height), Math.toIntExact(channels)))
                : Optional.empty();
    }
}
