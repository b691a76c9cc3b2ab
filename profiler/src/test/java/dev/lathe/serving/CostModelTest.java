package dev.lathe.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import org.junit.jupiter.api.Test;

class CostModelTest {

    @Test
    void turnsThePriceOfAnHourIntoTheCostOfAMillion() {
        // 0.36 USD/h are 0.0001 a second; at 100/s a million takes 10,000 s
        Cost cost = CostModel.costPerMillion(Price.given(0.36), new Estimate(100, new Interval(80, 125), 400));

        assertThat(cost.perMillion().value()).isCloseTo(1, within(1e-12));
        assertThat(cost.perMillion().interval().low()).isCloseTo(0.8, within(1e-12));
        assertThat(cost.perMillion().interval().high()).isCloseTo(1.25, within(1e-12));
        assertThat(cost.perMillion().n()).isEqualTo(400);
        assertThat(cost.label()).isEqualTo("at full use, no queueing");
        assertThat(cost.price().origin()).isEqualTo("--price");
    }

    @Test
    void aThroughputThatMayBeNothingCostsWithoutBound() {
        Cost cost = CostModel.costPerMillion(Price.given(0.36), new Estimate(100, new Interval(0, 125), 5));
        assertThat(cost.perMillion().interval().high()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void refusesAThroughputOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(
                () -> CostModel.costPerMillion(Price.given(1), new Estimate(0, new Interval(0, 0), 5)));
    }
}
