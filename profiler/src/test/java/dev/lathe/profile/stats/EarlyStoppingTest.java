package dev.lathe.profile.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lathe.base.Reading;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyStoppingTest {

    @ParameterizedTest
    @CsvSource({"0.5, 7, 11, 22, 59", "0.9, 44, 64, 127, 325", "0.95, 90, 130, 259, 656", "0.99, 459, 662, 1307, 3304",
        "0.999, 4603, 6636, 13105, 33097"})
    void reproducesThePublishedTable(double percentile, int none, int one, int five, int twenty) {
        assertThat(EarlyStopping.minimumQueries(percentile, 0.99, 0)).isEqualTo(none);
        assertThat(EarlyStopping.minimumQueries(percentile, 0.99, 1)).isEqualTo(one);
        assertThat(EarlyStopping.minimumQueries(percentile, 0.99, 5)).isEqualTo(five);
        assertThat(EarlyStopping.minimumQueries(percentile, 0.99, 20)).isEqualTo(twenty);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1025", "0.9, 1500", "0.99, 2000", "0.999, 5000", "0.99, 100000"})
    void findsTheSmallestNumberWithMoreThan1024OverLatency(double percentile, int overLatency) {
        int n = EarlyStopping.minimumQueries(percentile, 0.99, overLatency);

        double enough = BinomialDistribution.of(n, 1 - percentile).cumulativeProbability(overLatency);
        double oneLess = BinomialDistribution.of(n - 1, 1 - percentile).cumulativeProbability(overLatency);
        assertThat(enough).isLessThanOrEqualTo(1 - 0.99);
        assertThat(oneLess).isGreaterThan(1 - 0.99);
    }

    @Test
    void allowsExactlyTheQueriesThatTheMinimumBacks() {
        assertThat(EarlyStopping.overLatencyAllowed(661, 0.99, 0.99)).isEqualTo(OptionalLong.empty());
        assertThat(EarlyStopping.overLatencyAllowed(662, 0.99, 0.99)).isEqualTo(OptionalLong.of(1));
        assertThat(EarlyStopping.overLatencyAllowed(1306, 0.99, 0.99)).isEqualTo(OptionalLong.of(4));
        assertThat(EarlyStopping.overLatencyAllowed(1307, 0.99, 0.99)).isEqualTo(OptionalLong.of(5));
        assertThat(EarlyStopping.overLatencyAllowed(33_096, 0.999, 0.99)).isEqualTo(OptionalLong.of(19));
        assertThat(EarlyStopping.overLatencyAllowed(33_097, 0.999, 0.99)).isEqualTo(OptionalLong.of(20));
    }

    @Test
    void reportsTheLargestAfterDiscardingTheWorst() {
        assertThat(EarlyStopping.percentileEstimate(upTo(662), 0.99).toOptional()).contains(662L);
        assertThat(EarlyStopping.percentileEstimate(upTo(1307), 0.99).toOptional()).contains(1303L);
        assertThat(EarlyStopping.percentileEstimate(upTo(11), 0.5).toOptional()).contains(11L);
    }

    @Test
    void saysHowManyQueriesAreMissing() {
        assertThat(EarlyStopping.percentileEstimate(upTo(661), 0.99))
                .isEqualTo(Reading.unknown("n too small (needs 662)"));
        assertThat(EarlyStopping.percentileEstimate(upTo(6635), 0.999))
                .isEqualTo(Reading.unknown("n too small (needs 6636)"));
        assertThat(EarlyStopping.percentileEstimate(new long[0], 0.5))
                .isEqualTo(Reading.unknown("n too small (needs 11)"));
    }

    @Test
    void liesAboveTheTruePercentileInNinetyNineOfAHundred() {
        // uniform on 0..1e6: the 90th percentile is 900,000; 1,000 seeds at 99 %, five standard deviations of slack
        int above = 0;
        for (int seed = 0; seed < 1000; seed++) {
            long[] sorted = new SplittableRandom(seed).longs(400, 0, 1_000_000).sorted().toArray();
            if (EarlyStopping.percentileEstimate(sorted, 0.9).toOptional().orElseThrow() >= 900_000) {
                above++;
            }
        }
        assertThat(above).isGreaterThanOrEqualTo(974);
    }

    @Test
    void refusesWhatIsNoPercentile() {
        assertThatIllegalArgumentException().isThrownBy(() -> EarlyStopping.minimumQueries(99, 0.99, 1))
                .withMessage("percentile 99.0, confidence 0.99");
        assertThatIllegalArgumentException().isThrownBy(() -> EarlyStopping.minimumQueries(0.9, 0.99, -1))
                .withMessage("overLatency -1");
    }

    private static long[] upTo(int n) {
        return LongStream.rangeClosed(1, n).toArray();
    }
}
