package dev.lathe.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AffineTest {

    @Test
    void aRangeWithoutZeroIsWidenedToHoldIt() {
        assertThat(Affine.ofRange(2, 5.1)).isEqualTo(new Affine((float) (5.1 / 255), 0));
        assertThat(Affine.ofRange(-5.1, -2)).isEqualTo(new Affine((float) (5.1 / 255), 255));
    }

    @Test
    void aRangeWithoutWidthHasScaleOneAndZeroPointZero() {
        assertThat(Affine.ofRange(0, 0)).isEqualTo(new Affine(1, 0));
        assertThat(Affine.ofRange(0, Float.MIN_VALUE)).isEqualTo(new Affine(1, 0));
    }

    @Test
    void zeroIsExact() {
        Affine affine = Affine.ofRange(-1.3, 2.9);
        assertThat(affine.quantize(0)).isEqualTo(affine.zeroPoint());
        assertThat(affine.zeroPoint()).isEqualTo((int) Math.rint(1.3 / (4.2 / 255)));
    }

    @Test
    void roundsHalfToEvenAndSaturates() {
        Affine affine = new Affine(1, 10);
        assertThat(affine.quantize(0.5)).isEqualTo(10);
        assertThat(affine.quantize(1.5)).isEqualTo(12);
        assertThat(affine.quantize(-2.5)).isEqualTo(8);
        assertThat(affine.quantize(1e9)).isEqualTo(255);
        assertThat(affine.quantize(-1e9)).isZero();
    }

    @Test
    void aClippedRangeStaysWithinTheClip() {
        for (double limit : new double[]{6, 1, 0.3, 20}) {
            Affine affine = Affine.ofRange(0, limit).within(limit);
            assertThat(affine.scale() * 255f).isLessThanOrEqualTo((float) limit);
            assertThat(affine.highest()).isGreaterThan(limit * 0.999);
        }
    }

    @Test
    void aRangeFarAboveTheLimitIsLeftAlone() {
        Affine affine = Affine.ofRange(0, 12);
        assertThat(affine.within(6)).isEqualTo(affine);
    }

    /// Computed from the formulas of ONNX Runtime's quantizer, in doubles: scale to float, zero point half to even.
    @Test
    void everyTypeHasTheScaleAndZeroPointOfTheFormulas() {
        record Vector(double min, double max, IntegerType type, boolean symmetric, float scale, int zeroPoint) {}
        for (Vector v : List.of(
                new Vector(-1.5, 3, IntegerType.U8, false, (float) (4.5 / 255), 85),
                new Vector(-1.5, 3, IntegerType.S8, false, (float) (4.5 / 255), -43),
                new Vector(-1.5, 3, IntegerType.U8, true, (float) (6.0 / 255), 128),
                new Vector(-1.5, 3, IntegerType.S8, true, (float) (6.0 / 254), 0),
                new Vector(-1.5, 3, IntegerType.U16, false, (float) (4.5 / 65_535), 21_845),
                new Vector(-1.5, 3, IntegerType.S16, true, (float) (6.0 / 65_534), 0),
                new Vector(0.25, 3, IntegerType.U8, false, (float) (3.0 / 255), 0),
                new Vector(-3, -0.25, IntegerType.S8, false, (float) (3.0 / 255), 127))) {
            assertThat(Affine.ofRange(v.min(), v.max(), v.type(), v.symmetric())).as(v.toString())
                    .isEqualTo(new Affine(v.scale(), v.zeroPoint(), v.type()));
        }
    }
}
