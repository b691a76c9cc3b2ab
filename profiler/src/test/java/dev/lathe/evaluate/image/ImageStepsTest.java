package dev.lathe.evaluate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.image.ImageSteps.Anchor;
import dev.lathe.evaluate.image.ImageSteps.Colour;
import dev.lathe.evaluate.image.ImageSteps.Crop;
import dev.lathe.evaluate.image.ImageSteps.Geometry;
import dev.lathe.evaluate.image.ImageSteps.Layout;
import dev.lathe.evaluate.image.ImageSteps.Resize;
import dev.lathe.evaluate.image.ImageSteps.Values;
import dev.lathe.graph.DataType;
import dev.lathe.profile.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ImageStepsTest {
    private static final Values GREY = values(Colour.GRAY, Layout.NCHW);

    @Test
    void ordersChannelsByColourAndLayout() {
        Pixels picture = new Pixels(2, 1, 3, new byte[]{1, 2, 3, 4, 5, 6});
        assertThat(tensor(picture, Colour.RGB, Layout.NCHW)).isEqualTo(floats(List.of(3, 1, 2), 1, 4, 2, 5, 3, 6));
        assertThat(tensor(picture, Colour.BGR, Layout.NCHW)).isEqualTo(floats(List.of(3, 1, 2), 3, 6, 2, 5, 1, 4));
        assertThat(tensor(picture, Colour.RGB, Layout.NHWC)).isEqualTo(floats(List.of(1, 2, 3), 1, 2, 3, 4, 5, 6));
    }

    @Test
    void scalesThenShiftsThenDividesByChannel() {
        Values values = new Values(Colour.BGR, Layout.NCHW, 0.5, List.of(1.0, 2.0, 3.0), List.of(2.0, 4.0, 8.0));
        Pixels picture = new Pixels(1, 1, 3, new byte[]{10, 20, 30});
        assertThat(new ImageSteps(Geometry.NONE, values).tensor(picture, DataType.FLOAT, "p").floats())
                .containsExactly((15f - 1) / 2, (10f - 2) / 4, (5f - 3) / 8);
    }

    @Test
    void makesTheAskedType() {
        Pixels picture = new Pixels(1, 1, 1, new byte[]{(byte) 200});
        assertThat(new ImageSteps(Geometry.NONE, GREY).tensor(picture, DataType.UINT8, "p"))
                .isEqualTo(Tensor.ofLongs(DataType.UINT8, new long[]{1, 1, 1}, 200));
    }

    @Test
    void startsACropAtHalfRoundedToEven() {
        Geometry crop = new Geometry(Resize.NONE, 2, 1, Crop.CENTER, 0, Anchor.TOP_LEFT);
        // (3 - 2) / 2 = 0.5 rounds to 0, (5 - 2) / 2 = 1.5 to 2
        assertThat(placed(crop, 3, 1)).containsExactly(0, 37);
        assertThat(placed(crop, 5, 1)).containsExactly(74, 111);
    }

    @Test
    void keepsTheRatioByTheShorterSide() {
        Geometry shorter = new Geometry(Resize.SHORTER_SIDE, 4, 4, Crop.NONE, 0, Anchor.TOP_LEFT);
        assertThat(shape(shorter, 16, 6)).containsExactly(1, 4, 11);
        assertThat(shape(shorter, 6, 15)).containsExactly(1, 10, 4);
        Geometry cropped = new Geometry(Resize.SHORTER_SIDE, 4, 4, Crop.CENTER, 0, Anchor.TOP_LEFT);
        assertThat(shape(cropped, 16, 6)).containsExactly(1, 4, 4);
    }

    @Test
    void letterboxesAtTheTopLeftOrTheCenter() {
        Geometry topLeft = new Geometry(Resize.LETTERBOX, 2, 3, Crop.NONE, 7, Anchor.TOP_LEFT);
        assertThat(placed(topLeft, 2, 1)).containsExactly(0, 37, 7, 7, 7, 7);
        Geometry center = new Geometry(Resize.LETTERBOX, 2, 3, Crop.NONE, 7, Anchor.CENTER);
        assertThat(placed(center, 2, 1)).containsExactly(7, 7, 0, 37, 7, 7);
        assertThat(shape(center, 100, 1)).containsExactly(1, 3, 2);
    }

    @Test
    void stretchesBothSides() {
        Geometry stretch = new Geometry(Resize.STRETCH, 3, 2, Crop.NONE, 0, Anchor.TOP_LEFT);
        assertThat(placed(stretch, 5, 4)).containsExactly(81, 111, 160, 114, 87, 121);
    }

    @Test
    void refusesACropLargerThanThePicture() {
        Geometry crop = new Geometry(Resize.NONE, 224, 224, Crop.CENTER, 0, Anchor.TOP_LEFT);
        assertThatThrownBy(() -> placed(crop, 300, 200)).isInstanceOf(ProblemException.class)
                .hasMessage("cat.png: the picture is 300x200, smaller than the crop of 224x224. "
                        + "Set resize to shorter-side, or choose a smaller width and height.");
    }

    private static Values values(Colour colour, Layout layout) {
        return new Values(colour, layout, 1, List.of(0.0), List.of(1.0));
    }

    private static Tensor tensor(Pixels picture, Colour colour, Layout layout) {
        return new ImageSteps(Geometry.NONE, values(colour, layout)).tensor(picture, DataType.FLOAT, "p");
    }

    private static Tensor floats(List<Integer> shape, float... values) {
        return Tensor.ofFloats(shape.stream().mapToLong(Integer::longValue).toArray(), values);
    }

    private static long[] placed(Geometry geometry, int width, int height) {
        return new ImageSteps(geometry, GREY).tensor(PixelsTest.pattern(width, height, 1), DataType.UINT8, "cat.png")
                .longs();
    }

    private static long[] shape(Geometry geometry, int width, int height) {
        return new ImageSteps(geometry, GREY).tensor(PixelsTest.pattern(width, height, 1), DataType.UINT8, "cat.png")
                .shape();
    }
}
