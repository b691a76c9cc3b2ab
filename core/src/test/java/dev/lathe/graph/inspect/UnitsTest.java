package dev.lathe.graph.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "999, 999", "1000, 1.00 k", "9994, 9.99 k", "9995, 10.0 k", "99949, 99.9 k", "99950, 100 k",
        "999499, 999 k", "999500, 1.00 M", "1235496, 1.24 M", "349151936, 349 M", "9223372036854775807, 9.22 E"})
    void countsHaveThreeDigits(long number, String text) {
        assertThat(Units.count(number)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1, 1 byte", "133, 133 bytes", "26143, 26.1 kB", "4953738, 4.95 MB", "1500000000, 1.50 GB"})
    void bytesHaveThreeDigits(long number, String text) {
        assertThat(Units.bytes(number)).isEqualTo(text);
    }
}
