package dev.lathe.evaluate.image;

import java.util.Arrays;

/// A picture in memory: 8 bits a channel, row by row, channels side by side; either grey or red, green, blue.
public final class Pixels {
    // The weights of ITU-R 601-2 in 16-bit fixed point, as Pillow's convert("L") has them.
    private static final int RED_WEIGHT = 19_595;
    private static final int GREEN_WEIGHT = 38_470;
    private static final int BLUE_WEIGHT = 7_471;

    private final int width;
    private final int height;
    private final int channels;
    private final byte[] values;

    /// A picture of these values, which must not change afterwards.
    ///
    /// @param channels 1 for grey, 3 for red, green, blue
    /// @throws IllegalArgumentException if the values are not width x height x channels
    public Pixels(int width, int height, int channels, byte[] values) {
        if (width < 1 || height < 1 || (channels != 1 && channels != 3)
                || values.length != Math.multiplyExact(Math.multiplyExact(width, height), channels)) {
            throw new IllegalArgumentException(
                    values.length + " values for " + width + "x" + height + "x" + channels + " pixels");
        }
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.values = values;
    }

    /// Width in pixels.
    public int width() {
        return width;
    }

    /// Height in pixels.
    public int height() {
        return height;
    }

    /// 1 for grey, 3 for red, green, blue.
    public int channels() {
        return channels;
    }

    /// One value, 0 to 255.
    public int at(int x, int y, int channel) {
        return Byte.toUnsignedInt(values[(y * width + x) * channels + channel]);
    }

    /// The same picture in grey: rounded (0.299 red + 0.587 green + 0.114 blue).
    public Pixels grey() {
        if (channels == 1) {
            return this;
        }
        byte[] grey = new byte[width * height];
        for (int i = 0; i < grey.length; i++) {
            int red = Byte.toUnsignedInt(values[3 * i]);
            int green = Byte.toUnsignedInt(values[3 * i + 1]);
            int blue = Byte.toUnsignedInt(values[3 * i + 2]);
            grey[i] = (byte) ((red * RED_WEIGHT + green * GREEN_WEIGHT + blue * BLUE_WEIGHT + (1 << 15)) >> 16);
        }
        return new Pixels(width, height, 1, grey);
    }

    /// The same picture in red, green, blue.
    public Pixels coloured() {
        if (channels == 3) {
            return this;
        }
        byte[] coloured = new byte[3 * values.length];
        for (int i = 0; i < coloured.length; i++) {
            coloured[i] = values[i / 3];
        }
        return new Pixels(width, height, 3, coloured);
    }

    /// The picture brought to another size, bilinear with antialiasing.
    public Pixels resized(int newWidth, int newHeight) {
        return BilinearResize.apply(this, newWidth, newHeight);
    }

    /// The part that starts at (x, y).
    ///
    /// @throws IndexOutOfBoundsException if the part reaches outside
    public Pixels cropped(int x, int y, int newWidth, int newHeight) {
        if (x < 0 || y < 0 || newWidth > width - x || newHeight > height - y) {
            throw new IndexOutOfBoundsException("crop outside the picture");
        }
        byte[] part = new byte[newWidth * newHeight * channels];
        for (int row = 0; row < newHeight; row++) {
            System.arraycopy(values, ((y + row) * width + x) * channels, part, row * newWidth * channels,
                    newWidth * channels);
        }
        return new Pixels(newWidth, newHeight, channels, part);
    }

    /// The picture laid at (x, y) of a larger one filled with one value.
    ///
    /// @throws IndexOutOfBoundsException if it reaches outside
    public Pixels padded(int x, int y, int newWidth, int newHeight, int fill) {
        byte[] canvas = new byte[newWidth * newHeight * channels];
        Arrays.fill(canvas, (byte) fill);
        for (int row = 0; row < height; row++) {
            System.arraycopy(values, row * width * channels, canvas, ((y + row) * newWidth + x) * channels,
                    width * channels);
        }
        return new Pixels(newWidth, newHeight, channels, canvas);
    }

    byte[] values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pixels p && width == p.width && height == p.height && channels == p.channels
                && Arrays.equals(values, p.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return width + "x" + height + (channels == 1 ? " grey" : " RGB") + " pixels";
    }
}
