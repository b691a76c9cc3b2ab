package dev.lathe.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

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
}
