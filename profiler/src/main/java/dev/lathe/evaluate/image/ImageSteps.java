package dev.lathe.evaluate.image;

import dev.lathe.base.Problem;
import dev.lathe.graph.DataType;
import dev.lathe.profile.tensor.Tensor;
import java.util.List;

/// How a picture becomes a tensor: first its geometry, then its values.
public record ImageSteps(Geometry geometry, Values values) {

    /// How a picture is brought to its size. `SHORTER_SIDE` scales it, keeping its ratio, to the smallest size that covers
    /// width x height: its shorter side becomes theirs where they are equal. `LETTERBOX` scales it to the largest size that
    /// fits and fills the rest. Sides are rounded to the nearest pixel, half to even.
    public enum Resize {
        NONE, STRETCH, SHORTER_SIDE, LETTERBOX
    }

    /// Which part is kept: all, or width x height from the middle.
    public enum Crop {
        NONE, CENTER
    }

    /// Where a letterboxed picture lies.
    public enum Anchor {
        TOP_LEFT, CENTER
    }

    /// The channels and their order.
    public enum Colour {
        RGB, BGR, GRAY
    }

    /// The order of a tensor's dimensions, the batch left out: `[channel, height, width]` or `[height, width, channel]`.
    public enum Layout {
        NCHW, NHWC
    }

    /// Size and place of the picture.
    ///
    /// @param width of the result in pixels; 0 where neither resizing nor cropping needs it
    /// @param height likewise
    /// @param pad value of the pixels that fill a letterbox, 0 to 255
    public record Geometry(Resize resize, int width, int height, Crop crop, int pad, Anchor anchor) {
        /// The picture as it is.
        public static final Geometry NONE = new Geometry(Resize.NONE, 0, 0, Crop.NONE, 0, Anchor.TOP_LEFT);
    }

    /// What a pixel becomes: `(pixel x scale - mean) / std` by channel, in float32.
    ///
    /// @param mean one for all channels or one each, in the order of the colour
    /// @param std likewise
    public record Values(Colour colour, Layout layout, double scale, List<Double> mean, List<Double> std) {
        /// Copies the lists.
        public Values {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
        }

        float value(int pixel, int channel) {
            return (pixel * (float) scale - pick(mean, channel)) / pick(std, channel);
        }

        /// The pixel that became this value, without rounding.
        double pixel(float value, int channel) {
            return scale == 0 ? 0 : ((double) value * pick(std, channel) + pick(mean, channel)) / scale;
        }

        private static float pick(List<Double> values, int channel) {
            return values.get(values.size() == 1 ? 0 : channel).floatValue();
        }
    }

    /// Where a picture comes to lie: a point x of it is found at `x * scaleX + shiftX`, likewise y, in pixels of the result.
    public record Placement(double scaleX, double scaleY, double shiftX, double shiftY) {}

    /// Where a picture of this size comes to lie.
    public Placement placement(int width, int height) {
        double across = (double) geometry.width / width;
        double down = (double) geometry.height / height;
        double ratio = switch (geometry.resize) {
            case NONE, STRETCH -> 1;
            case SHORTER_SIDE -> Math.max(across, down);
            case LETTERBOX -> Math.min(across, down);
        };
        boolean stretched = geometry.resize == Resize.STRETCH;
        int newWidth = stretched ? geometry.width : Math.max(1, (int) Math.rint(width * ratio));
        int newHeight = stretched ? geometry.height : Math.max(1, (int) Math.rint(height * ratio));
        boolean boxed = geometry.resize == Resize.LETTERBOX && geometry.anchor == Anchor.CENTER;
        double shiftX = boxed ? start(geometry.width, newWidth) : 0;
        double shiftY = boxed ? start(geometry.height, newHeight) : 0;
        if (geometry.crop == Crop.CENTER) {
            shiftX -= start(newWidth, geometry.width);
            shiftY -= start(newHeight, geometry.height);
        }
        return new Placement((double) newWidth / width, (double) newHeight / height, shiftX, shiftY);
    }

    /// The tensor of a picture, without a batch dimension.
    ///
    /// @param where names the picture in problems
    /// @throws dev.lathe.base.ProblemException if the picture is smaller than what is cropped from it
    public Tensor tensor(Pixels picture, DataType type, String where) {
        return values(placed(values.colour == Colour.GRAY ? picture.grey() : picture.coloured(), where), type);
    }

    private Pixels placed(Pixels picture, String where) {
        int width = geometry.width;
        int height = geometry.height;
        double acrossRatio = (double) width / picture.width();
        double downRatio = (double) height / picture.height();
        Pixels resized = switch (geometry.resize) {
            case NONE -> picture;
            case STRETCH -> picture.resized(width, height);
            case SHORTER_SIDE -> scaled(picture, Math.max(acrossRatio, downRatio));
            case LETTERBOX -> letterbox(scaled(picture, Math.min(acrossRatio, downRatio)));
        };
        return geometry.crop == Crop.CENTER ? center(resized, where) : resized;
    }

    private static Pixels scaled(Pixels picture, double ratio) {
        int width = Math.max(1, (int) Math.rint(picture.width() * ratio));
        int height = Math.max(1, (int) Math.rint(picture.height() * ratio));
        return picture.resized(width, height);
    }

    private Pixels letterbox(Pixels picture) {
        boolean center = geometry.anchor == Anchor.CENTER;
        int x = center ? start(geometry.width, picture.width()) : 0;
        int y = center ? start(geometry.height, picture.height()) : 0;
        return picture.padded(x, y, geometry.width, geometry.height, geometry.pad);
    }

    private Pixels center(Pixels picture, String where) {
        if (picture.width() < geometry.width || picture.height() < geometry.height) {
            throw Problem.error("image-too-small", where,
                    "the picture is " + picture.width() + "x" + picture.height() + ", smaller than the crop of "
                            + geometry.width + "x" + geometry.height,
                    "Set resize to shorter-side, or choose a smaller width and height.").toException();
        }
        return picture.cropped(start(picture.width(), geometry.width), start(picture.height(), geometry.height),
                geometry.width, geometry.height);
    }

    private static int start(int outer, int inner) {
        return (int) Math.rint((outer - inner) / 2.0);
    }

    private Tensor values(Pixels picture, DataType type) {
        int channels = picture.channels();
        int width = picture.width();
        int area = width * picture.height();
        boolean planes = values.layout == Layout.NCHW;
        byte[] pixels = picture.values();
        float[] result = new float[area * channels];
        for (int c = 0; c < channels; c++) {
            float[] table = table(c);
            int from = values.colour == Colour.BGR ? channels - 1 - c : c;
            int step = planes ? 1 : channels;
            int to = planes ? c * area : c;
            for (int i = 0; i < area; i++) {
                result[to + i * step] = table[pixels[i * channels + from] & 0xFF];
            }
        }
        long[] shape = planes
                ? new long[]{channels, picture.height(), width}
                : new long[]{picture.height(), width, channels};
        return Tensor.ofFloats(type, shape, result);
    }

    private float[] table(int channel) {
        float[] table = new float[256];
        for (int pixel = 0; pixel < table.length; pixel++) {
            table[pixel] = values.value(pixel, channel);
        }
        return table;
    }
}
