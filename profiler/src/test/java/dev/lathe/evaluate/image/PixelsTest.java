package dev.lathe.evaluate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PixelsTest {

    /// Expected values: Pillow 12.3.0, `Image.fromarray(pattern).resize((w, h), Image.BILINEAR)`.
    @Test
    void shrinksAsPillowDoes() {
        assertThat(resized(5, 4, 1, 3, 2)).containsExactly(81, 111, 160, 114, 87, 121);
        assertThat(resized(7, 5, 3, 3, 3)).containsExactly(71, 124, 153, 144, 171, 144, 143, 120, 110, 127, 118, 109,
                99,
                130, 130, 128, 149, 165, 101, 154, 176, 137, 130, 116, 113, 127, 109);
    }

    @Test
    void growsAsPillowDoes() {
        assertThat(resized(5, 4, 1, 8, 7)).containsExactly(0, 16, 39, 62, 86, 109, 132, 148, 33, 49, 72, 95, 119, 142,
                165, 181, 85, 101, 124, 147, 171, 194, 217, 233, 137, 153, 168, 111, 95, 118, 141, 157, 170, 186, 194,
                69, 18, 41, 64, 80, 76, 92, 109, 75, 70, 93, 116, 132, 17, 33, 56, 79, 103, 126, 149, 165);
    }

    @Test
    void leavesADirectionAloneThatKeepsItsSize() {
        assertThat(resized(9, 4, 1, 2, 4)).containsExactly(81, 121, 150, 104, 101, 141, 98, 138);
        assertThat(resized(4, 9, 1, 4, 2)).containsExactly(94, 131, 89, 126, 122, 159, 106, 143);
        assertThat(pattern(3, 3, 1).resized(3, 3)).isEqualTo(pattern(3, 3, 1));
    }

    /// Expected values: Pillow 12.3.0, `convert("L")`.
    @Test
    void greysAsPillowDoes() {
        assertThat(values(pattern(4, 1, 3).grey())).containsExactly(43, 80, 117, 154);
        assertThat(values(pattern(2, 1, 1).coloured())).containsExactly(0, 0, 0, 37, 37, 37);
    }

    @Test
    void cropsAndPads() {
        assertThat(values(pattern(3, 3, 1).cropped(1, 1, 2, 2))).containsExactly(128, 165, 219, 0);
        assertThat(values(pattern(2, 1, 1).padded(1, 1, 3, 2, 9))).containsExactly(9, 9, 9, 9, 0, 37);
        assertThatThrownBy(() -> pattern(3, 3, 1).cropped(2, 0, 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesValuesThatDoNotFillThePicture() {
        assertThatThrownBy(() -> new Pixels(2, 2, 3, new byte[11])).hasMessage("11 values for 2x2x3 pixels");
    }

    private static int[] resized(int width, int height, int channels, int newWidth, int newHeight) {
        return values(pattern(width, height, channels).resized(newWidth, newHeight));
    }

    static Pixels pattern(int width, int height, int channels) {
        byte[] values = new byte[width * height * channels];
        for (int i = 0; i < values.length; i++) {
            int pixel = i / channels;
            values[i] = (byte) (pixel % width * 37 + pixel / width * 91 + i % channels * 53);
        }
        return new Pixels(width, height, channels, values);
    }

    static int[] values(Pixels pixels) {
        int[] values = new int[pixels.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(pixels.values()[i]);
        }
        return values;
    }
}
