package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Progress;
import org.junit.jupiter.api.Test;

class ProgressThinningTest {
    private static final long SECOND = 1_000_000_000L;

    private final ProgressThinning thinning = new ProgressThinning();

    private boolean keeps(String step, double fraction, long atSecond) {
        return thinning.keeps(Progress.of(step, fraction), atSecond * SECOND);
    }

    @Test
    void keepsANewKindOfWorkATenthAndAWhile() {
        assertThat(keeps("making clean", 0, 0)).isTrue();
        assertThat(keeps("making: fold", 0.01, 1)).isFalse();
        assertThat(keeps("scoring clean", 0.02, 1)).as("another kind").isTrue();
        assertThat(keeps("scoring static-int8", 0.11, 2)).isFalse();
        assertThat(keeps("scoring static-int8", 0.13, 2)).as("a tenth further").isTrue();
        assertThat(keeps("scoring static-int8", 0.14, 11)).isFalse();
        assertThat(keeps("scoring static-int8", 0.14, 12)).as("ten seconds later").isTrue();
    }

    @Test
    void keepsFewOfMany() {
        int kept = 0;
        for (int i = 0; i < 100_000; i++) {
            kept += keeps("measuring " + i % 7, i / 100_000.0, i / 1000) ? 1 : 0;
        }
        assertThat(kept).isBetween(10, 21);
    }
}
