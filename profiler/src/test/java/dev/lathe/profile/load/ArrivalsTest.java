package dev.lathe.profile.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrivalsTest {
    private static final String REMEDY = "Give one timestamp a line, in seconds, ascending from 0 or later.";

    @TempDir
    Path folder;

    private static long[] first(Arrivals arrivals, int n) {
        Arrivals.Times times = arrivals.times();
        return LongStream.generate(times::nextNs).limit(n).toArray();
    }

    private Path trace(String text) throws IOException {
        return Files.writeString(folder.resolve("trace.csv"), text);
    }

    private static Arrivals.Trace asItWas(Path file) {
        return new Arrivals.Trace(file, OptionalDouble.empty());
    }

    @Test
    void poissonGapsAreExponentialAndIndependent() {
        int n = 100_000;
        long[] times = first(new Arrivals.Poisson(1000, 7), n);
        double[] gaps = new double[n - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = (times[i + 1] - times[i]) / 1e6;
        }
        double mean = Arrays.stream(gaps).average().orElse(0);
        double variance = Arrays.stream(gaps).map(g -> (g - mean) * (g - mean)).average().orElse(0);
        // standard errors at this n: 0.0032 of the mean, 0.009 of the variance, 0.0032 of the correlation; four of them
        assertThat(mean).isCloseTo(1, within(0.013));
        assertThat(variance).isCloseTo(1, within(0.036));
        double neighbours = 0;
        for (int i = 0; i + 1 < gaps.length; i++) {
            neighbours += (gaps[i] - mean) * (gaps[i + 1] - mean);
        }
        assertThat(neighbours / gaps.length / variance).isCloseTo(0, within(0.013));
        assertThat(kolmogorov(gaps)).as("distance from the exponential distribution, limit at level 0.001")
                .isLessThan(1.95 / Math.sqrt(gaps.length));
    }

    private static double kolmogorov(double[] gaps) {
        double[] sorted = gaps.clone();
        Arrays.sort(sorted);
        double distance = 0;
        for (int i = 0; i < sorted.length; i++) {
            double truth = 1 - Math.exp(-sorted[i]);
            distance = Math.max(distance, Math.max(truth - (double) i / sorted.length,
                    (i + 1.0) / sorted.length - truth));
        }
        return distance;
    }

    @Test
    void poissonCountsInAWindowVaryAsMuchAsTheyAreMany() {
        // counts of 1,900 windows of 50 ms at 1,000/s: mean 50, variance 50
        long[] times = first(new Arrivals.Poisson(1000, 3), 100_000);
        int[] counts = new int[1900];
        for (long time : times) {
            int window = (int) (time / 50_000_000);
            if (window < counts.length) {
                counts[window]++;
            }
        }
        double mean = Arrays.stream(counts).average().orElse(0);
        double variance = Arrays.stream(counts).mapToDouble(c -> (c - mean) * (c - mean)).average().orElse(0);
        assertThat(variance / mean).isCloseTo(1, within(4 * Math.sqrt(2.0 / counts.length)));
    }

    @Test
    void equalSeedsGiveEqualTimesAndOthersOthers() {
        assertThat(first(new Arrivals.Poisson(50, 1), 100)).isEqualTo(first(new Arrivals.Poisson(50, 1), 100))
                .isNotEqualTo(first(new Arrivals.Poisson(50, 1).reseeded(2), 100));
        assertThat(new Arrivals.Poisson(50, 1).at(60)).isEqualTo(new Arrivals.Poisson(60, 1));
    }

    @Test
    void constantArrivalsDoNotDriftFromTheirRate() {
        long[] times = first(new Arrivals.Constant(3), 3_000_001);
        assertThat(times[0]).isZero();
        assertThat(times[3]).isEqualTo(1_000_000_000L);
        assertThat(times[3_000_000]).isEqualTo(1_000_000L * 1_000_000_000L);
    }

    @Test
    void aTraceStartsAtItsFirstTimestamp() throws IOException {
        Arrivals.Times times = asItWas(trace("1700000000.5\n1700000000.5\n\n1700000001.75\n")).times();
        assertThat(times.nextNs()).isZero();
        assertThat(times.nextNs()).isZero();
        assertThat(times.nextNs()).isEqualTo(1_250_000_000L);
        assertThat(times.nextNs()).isEqualTo(Arrivals.NO_MORE);
        assertThat(times.nextNs()).isEqualTo(Arrivals.NO_MORE);
    }

    @Test
    void aHeaderMayNameTheUnitAndOtherColumnsAreNotRead() throws IOException {
        assertThat(first(asItWas(trace("\uFEFFarrival_ms,tokens\n10,abc\n12.5,def\n")), 2)).containsExactly(0,
                2_500_000);
        assertThat(first(asItWas(trace("TIMESTAMP\n1\n3\n")), 2)).containsExactly(0, 2_000_000_000L);
    }

    @Test
    void aTraceIsStretchedToARate() throws IOException {
        Path file = trace("0\n1\n4\n");
        assertThat(first(asItWas(file).at(4), 3)).containsExactly(0, 125_000_000, 500_000_000);
        assertThat(asItWas(file).meanRatePerSecond()).isEqualTo(0.5);
        assertThat(asItWas(file).text()).isEqualTo("trace trace.csv");
        assertThat(asItWas(file).at(4).text()).isEqualTo("trace trace.csv at 4/s");
    }

    @Test
    void badTracesAreNamedWithTheirLine() throws IOException {
        refuses("0.1\nabc\n", "line 2: 'abc' is no timestamp. " + REMEDY);
        refuses("time\n0.1\n0.3\n0.2\n", "line 4: 0.2 comes before the 0.3 above it. " + REMEDY);
        refuses("0.1\n\n\n0.05\n", "line 4: 0.05 comes before the 0.1 above it. " + REMEDY);
        refuses("-1\n", "line 1: -1 is negative. " + REMEDY);
        refuses("NaN\n", "line 1: 'NaN' is no timestamp. " + REMEDY);
        refuses("", "holds no timestamp. " + REMEDY);
        refuses("time\n", "holds no timestamp. " + REMEDY);
        refuses("1,2\n,3\n", "line 2: '' is no timestamp. " + REMEDY);
    }

    private void refuses(String text, String sentence) throws IOException {
        Path file = trace(text);
        assertThatThrownBy(() -> asItWas(file).times()).isInstanceOf(ProblemException.class)
                .hasMessage(file + ": " + sentence);
    }

    @Test
    void aTraceThatIsNotThereOrNoTextIsNamed() throws IOException {
        Path missing = folder.resolve("missing.csv");
        assertThatThrownBy(() -> asItWas(missing).times()).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(missing + ": cannot be read as a trace (");
        Path binary = Files.write(folder.resolve("binary.csv"), new byte[]{'1', (byte) 0xC3, (byte) 0x28});
        assertThatThrownBy(() -> asItWas(binary).times()).isInstanceOf(ProblemException.class)
                .hasMessage(binary + ": is not UTF-8 text. Save it as UTF-8.");
    }

    @Test
    void aTraceAtOneMomentHasNoRate() throws IOException {
        Path file = trace("5\n5\n");
        assertThatThrownBy(() -> asItWas(file).at(10).times()).hasMessage(file
                + ": has all arrivals at one time, which is no rate. Leave the rate out, or name a trace of some length.");
    }

    @Test
    void aRateOfZeroIsAProblem() {
        for (double rate : new double[]{0, -3, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Arrivals.Poisson(rate, 1)).isInstanceOf(ProblemException.class)
                    .hasMessageEndingWith(" queries a second cannot be. Choose a rate above 0.");
        }
        assertThatThrownBy(() -> new Arrivals.Constant(0))
                .hasMessage("a rate of 0 queries a second cannot be. Choose a rate above 0.");
        assertThatThrownBy(() -> new Arrivals.Trace(folder, OptionalDouble.of(0))).hasMessageContaining("a rate of 0 ");
    }
}
