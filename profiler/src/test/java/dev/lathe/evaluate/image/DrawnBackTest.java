package dev.lathe.evaluate.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.evaluate.image.ImageSteps.Colour;
import dev.lathe.evaluate.image.ImageSteps.Geometry;
import dev.lathe.evaluate.image.ImageSteps.Layout;
import dev.lathe.evaluate.image.ImageSteps.Values;
import dev.lathe.graph.DataType;
import dev.lathe.profile.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrawnBackTest {
    private static Pixels picture(int channels) {
        byte[] values = new byte[8 * 6 * channels];
        new Random(3).nextBytes(values);
        return new Pixels(8, 6, channels, values);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void undoesWhatWasDoneToTheValues(Layout layout) {
        for (Colour colour : Colour.values()) {
            Pixels picture = picture(colour == Colour.GRAY ? 1 : 3);
            Values values = new Values(colour, layout, 1 / 255.0,
                    colour == Colour.GRAY ? List.of(0.5) : List.of(0.485, 0.456, 0.406),
                    colour == Colour.GRAY ? List.of(0.25) : List.of(0.229, 0.224, 0.225));
            Tensor tensor = new ImageSteps(Geometry.NONE, values).tensor(picture, DataType.FLOAT, "test");
            assertThat(DrawnBack.of(tensor, values)).as(colour + " " + layout).contains(picture);
        }
    }

    @Test
    void whatNobodyCallsAPictureIsStretchedFromBlackToWhite() {
        float[] values = new float[4 * 5];
        values[0] = -2;
        values[19] = 6;
        Tensor tensor = Tensor.ofFloats(new long[]{1, 1, 4, 5}, values);
        assertThat(DrawnBack.guess(tensor)).hasValueSatisfying(p -> {
            assertThat(p.width()).isEqualTo(5);
            assertThat(p.at(0, 0, 0)).isZero();
            assertThat(p.at(4, 3, 0)).isEqualTo(255);
            assertThat(p.at(1, 0, 0)).isEqualTo(64);
        });
    }

    @Test
    void aTensorOfAnotherShapeIsNoPicture() {
        assertThat(DrawnBack.guess(Tensor.ofFloats(new long[]{1, 10}, new float[10]))).isEmpty();
        assertThat(DrawnBack.guess(Tensor.ofFloats(new long[]{1, 2, 4, 4}, new float[32]))).isEmpty();
    }
}
