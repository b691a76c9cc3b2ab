package dev.lathe.profile.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Reading;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void sumsUpTwoForks() {
        Fork first = new Fork(List.of(LongStream.rangeClosed(1, 400).toArray()));
        Fork second = new Fork(List.of(LongStream.rangeClosed(401, 800).toArray()));
        Summary summary = Summary.of(List.of(first, second), 1);

        assertThat(summary.n()).isEqualTo(800);
        assertThat(summary.minNs()).isEqualTo(1);
        assertThat(summary.maxNs()).isEqualTo(800);
        assertThat(summary.medianNs().toOptional().orElseThrow().value()).isEqualTo(400);
        // two forks that do not overlap: the interval says so by holding both of their medians
        assertThat(summary.medianNs().toOptional().orElseThrow().interval().contains(200)).isTrue();
        assertThat(summary.medianNs().toOptional().orElseThrow().interval().contains(600)).isTrue();
        // 800 queries allow one over the estimate, hence nothing is discarded
        assertThat(summary.p99Ns().toOptional().orElseThrow().value()).isEqualTo(800);
        assertThat(summary.forkSpread().toOptional().orElseThrow()).isCloseTo(600.0 / 200, within(1e-12));
    }

    @Test
    void leavesOutWhatTheSamplesDoNotBack() {
        Summary summary = Summary.of(List.of(new Fork(List.of(LongStream.rangeClosed(1, 63).toArray()))), 1);

        assertThat(summary.medianNs()).isInstanceOf(Reading.Known.class);
        assertThat(summary.p90Ns()).isEqualTo(Reading.unknown("n too small (needs 64)"));
        assertThat(summary.p99Ns()).isEqualTo(Reading.unknown("n too small (needs 662)"));
        assertThat(summary.forkSpread()).isEqualTo(Reading.unknown("one fork shows no spread between forks"));
    }

    @Test
    void aPercentileIsNotBelowTheMedian() {
        Reading<Estimate> median = Reading.known(new Estimate(20, new Interval(18, 22), 100), "test");
        Reading<Estimate> p90 = Reading.known(new Estimate(40, new Interval(12, 60), 100), "test");
        assertThat(Summary.noLowerThan(median, p90).toOptional())
                .contains(new Estimate(40, new Interval(18, 60), 100));
        assertThat(Summary.noLowerThan(Reading.unknown("none"), p90)).isEqualTo(p90);
    }

    @Test
    void needsAFork() {
        assertThatIllegalArgumentException().isThrownBy(() -> Summary.of(List.of(), 1)).withMessage("no fork");
    }
}
