package dev.lathe.app.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jfree.chart.ui.Layer;
import org.jfree.data.Range;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {
    private static LatencyHistogram logNormal(int n) {
        Random random = new Random(7);
        long[] samples = new long[n];
        Arrays.setAll(samples, _ -> Math.round(1_000_000 * Math.exp(0.5 * random.nextGaussian())));
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.add(samples);
        return histogram;
    }

    @Test
    void histogramTellsQuantilesOfAKnownDistribution() {
        LatencyHistogram histogram = logNormal(200_000);
        // the quantiles of a log-normal; buckets are 0.2 % wide, the rest is sampling error
        assertThat(histogram.quantileNs(0.5)).isCloseTo(1e6, within(1e4));
        assertThat(histogram.quantileNs(0.99)).isCloseTo(1e6 * Math.exp(0.5 * 2.3263), within(6e4));
    }

    /// Blocks differ by 5 % from one another, as where something else runs now and then: the interval must know it.
    @Test
    void bandHoldsTheTrueMedianAsOftenAsItSaysAlthoughBlocksDiffer() {
        Random random = new Random(11);
        int held = 0;
        int repetitions = 200;
        for (int r = 0; r < repetitions; r++) {
            LatencyHistogram whole = new LatencyHistogram();
            List<LatencyHistogram> parts = Stream.generate(LatencyHistogram::new).limit(12).toList();
            for (int block = 0; block < 24; block++) {
                double shift = 0.05 * random.nextGaussian();
                long[] samples = new long[60];
                for (int i = 0; i < samples.length; i++) {
                    samples[i] = Math.round(1e6 * Math.exp(shift + 0.1 * random.nextGaussian()));
                }
                whole.add(samples);
                parts.get(block % 12).add(samples);
            }
            Band band = whole.band("v", parts).orElseThrow();
            held += band.low().y()[0] <= 1 && 1 <= band.high().y()[0] ? 1 : 0;
        }
        assertThat(held / (double) repetitions).isBetween(0.9, 0.99);
    }

    @Test
    void threeBlocksHaveNoBand() {
        LatencyHistogram part = logNormal(500);
        assertThat(logNormal(1_500).band("v", List.of(part, part, part, new LatencyHistogram()))).isEmpty();
    }

    @Test
    void percentileCurveEndsWhereTenSamplesLieBeyond() {
        Points curve = logNormal(1_000).curve("one");
        assertThat(curve.x()[0]).isCloseTo(PercentileCurve.place(0.5), within(1e-9));
        assertThat(curve.x()[curve.size() - 1]).isLessThanOrEqualTo(PercentileCurve.place(0.99) + 1e-9);
        assertThat(curve.y()).isSorted();
        assertThat(new LatencyHistogram().curve("none").size()).isZero();
    }

    @Test
    void marksOfALogarithmicAxisFitTheirRoom() {
        assertThat(DecadeAxis.marks(0.1, 60, 10)).containsExactly(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0);
        assertThat(DecadeAxis.marks(0.1, 60, 4)).containsExactly(0.1, 1.0, 10.0);
        assertThat(DecadeAxis.marks(0.3, 0.45, 5)).hasSize(2).allMatch(m -> m >= 0.3 && m <= 0.45);
    }

    private static LatencyAgainstScore.Candidate candidate(String name, double ms, double score, double drop) {
        return new LatencyAgainstScore.Candidate(name, Whiskers.Range.exactly(ms), Whiskers.Range.exactly(score), drop,
                500, 1000);
    }

    @Test
    void dominatedIsWhoIsShownToBeSlowerAndLosesAsMuchWhateverTheMetricsDirection() {
        // an error metric: a higher score is worse, the drop says so
        List<LatencyAgainstScore.Candidate> candidates = List.of(candidate("original", 8, 0.10, 0),
                candidate("slow and bad", 9, 0.12, 0.02), candidate("fast and bad", 3, 0.11, 0.01),
                candidate("twin", 8, 0.10, 0),
                new LatencyAgainstScore.Candidate("perhaps slower", new Whiskers.Range(8.1, 7.9, 8.3),
                        Whiskers.Range.exactly(0.105), 0.005, 500, 1000));
        assertThat(LatencyAgainstScore.dominated(candidates)).containsExactly("slow and bad");
    }

    @Test
    void namesAtTheEndsOfLinesMoveApartAndStayCloseToTheirLines() {
        assertThat(EndLabels.spread(new double[]{10, 50, 90}, 13, 0, 100)).containsExactly(10, 50, 90);
        assertThat(EndLabels.spread(new double[]{50, 50, 50}, 13, 0, 100)).containsExactly(37, 50, 63);
        assertThat(EndLabels.spread(new double[]{2, 3, 98, 99}, 13, 0, 100)).containsExactly(0, 13, 87, 100);
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            double[] wanted = random.doubles(8, 0, 104).sorted().toArray();
            double[] places = EndLabels.spread(wanted, 13, 0, 104);
            for (int i = 0; i < places.length; i++) {
                assertThat(places[i]).isBetween(-1e-9, 104 + 1e-9);
                assertThat(i == 0 ? 13 : places[i] - places[i - 1]).isGreaterThanOrEqualTo(13 - 1e-9);
            }
        }
    }

    @Test
    void namesThatLieBesideOneAnotherAreLeftWhereTheyAre() {
        List<EndLabels.End> ends = List.of(new EndLabels.End("far", Color.RED, 400, 5),
                new EndLabels.End("left", Color.RED, 10, 5), new EndLabels.End("close", Color.RED, 15, 5));
        assertThat(EndLabels.columns(ends)).extracting(c -> c.stream().map(EndLabels.End::name).toList())
                .containsExactly(List.of("left", "close"), List.of("far"));
    }

    @Test
    void nameAtTheEndOfALineHasItsHue() {
        Rectangle2D area = new Rectangle2D.Double(0, 0, 400, 200);
        List<Points> lines = List.of("digits", "pruned").stream()
                .map(name -> new Points(name, new double[]{0, 1}, new double[]{0.3, 0.4}, 2)).toList();
        LatencyOverTime latency = new LatencyOverTime();
        LatencyDistribution distribution = new LatencyDistribution();
        for (LineChart chart : List.of(latency, distribution)) {
            chart.tellApart(List.of("digits", "pruned"));
        }
        latency.show(lines);
        distribution.show(lines);
        assertThat(latency.ends(area)).extracting(EndLabels.End::hue)
                .containsExactly(latency.hue("digits"), latency.hue("pruned"));
        assertThat(distribution.ends(area)).extracting(EndLabels.End::hue)
                .containsExactly(distribution.hue("digits"), distribution.hue("pruned"));
    }

    @Test
    void theChosenGroupStandsOutAndAnotherIsPickedAtItsCurve() {
        Rectangle2D area = new Rectangle2D.Double(0, 0, 400, 200);
        DamageByCut damage = new DamageByCut();
        List<Points> curves = List.of(new Points("conv1", new double[]{25, 50}, new double[]{0, 0.5}, 32),
                new Points("conv2", new double[]{25, 50}, new double[]{0.02, 8}, 32));
        damage.show(curves, Optional.of("conv2"), OptionalDouble.of(25));
        assertThat(damage.width("conv2")).isGreaterThan(damage.width("conv1"));
        assertThat(damage.hue("conv2")).isNotEqualTo(damage.hue("conv1"));
        assertThat(damage.plot().getDomainMarkers(Layer.FOREGROUND).size()).isEqualTo(1);
        double x = damage.across(50, area);
        assertThat(damage.group(x, damage.up(0.5, area), area)).contains("conv1");
        assertThat(damage.near(x, damage.up(8, area), area).orElseThrow().words())
                .isEqualTo("conv2: 8.00 % of what the outputs vary by with 50 % cut, n = 32");
        assertThat(damage.group(x, -100, area)).isEmpty();
        assertThat(damage.tsv()).as("no damage is drawn at the end of the axis, and copied as it is")
                .contains("conv1\t25.0\t0.0\n");
    }

    @Test
    void everyChartTellsTheExactValueAndNOfThePointUnderTheMouse() {
        Rectangle2D area = new Rectangle2D.Double(0, 0, 400, 200);
        LatencyOverTime latency = new LatencyOverTime();
        latency.show(List.of(new Points("clean", new double[]{0, 1, 2}, new double[]{0.3, 0.4567, 0.5}, 2412)));
        Chart.Tip tip = latency.near(latency.across(1, area) + 3, latency.up(0.4567, area) - 3, area).orElseThrow();
        assertThat(tip.words()).isEqualTo("clean: 0.4567 ms at 1.00 s, one query of n = 2412");
        assertThat(latency.near(-200, 100, area)).isEmpty();
        PercentileCurve curve = new PercentileCurve();
        Points line = logNormal(5_000).curve("original");
        curve.show(List.of(line));
        assertThat(curve.near(curve.across(line.x()[0], area), curve.up(line.y()[0], area), area).orElseThrow().words())
                .matches("original: [01]\\.\\d{4} ms at percentile 50.00, n = 5000");
        LatencyDistribution distribution = new LatencyDistribution();
        Points histogram = logNormal(5_000).distribution("original");
        distribution.show(List.of(histogram));
        int middle = histogram.size() / 2;
        assertThat(distribution.near(distribution.across(histogram.x()[middle], area),
                distribution.up(histogram.y()[middle], area), area).orElseThrow().words())
                .matches("original: [0-9.]+ % of the queries near [0-9.]+ ms, n = 5000");
        ThroughputByBatch throughput = new ThroughputByBatch();
        throughput.show(List.of(new Whiskers("clean", List.of(new Whiskers.Point(
                Whiskers.Range.exactly(ThroughputByBatch.place(4)), new Whiskers.Range(120, 100, 140), 80)))));
        assertThat(throughput.near(throughput.across(2, area), throughput.up(120, area), area).orElseThrow().words())
                .isEqualTo("clean: 120 items/s [100, 140] at batch 4, n = 80");
        LatencyAgainstScore plane = new LatencyAgainstScore();
        plane.show(List.of(candidate("original", 8, 0.9, 0), candidate("clean", 9, 0.9, 0)));
        assertThat(plane.near(plane.across(9, area), plane.up(0.9, area), area).orElseThrow().words()).isEqualTo(
                "clean: 9.0000 ms [9.0000, 9.0000], n = 500; score 0.9000 [0.9000, 0.9000], n = 1000; beaten: another is"
                        + " faster and loses no more");
    }

    @Test
    void theHistogramOfAKnownDistributionHasItsPeakThereAndCountsEverySample() {
        Points histogram = logNormal(50_000).distribution("original");
        assertThat(Arrays.stream(histogram.y()).sum()).isCloseTo(100, within(1e-6));
        int peak = 0;
        for (int i = 0; i < histogram.size(); i++) {
            peak = histogram.y()[i] > histogram.y()[peak] ? i : peak;
        }
        // the density over a logarithmic axis is highest at the median, 1 ms; flat there, so noise moves it a little
        assertThat(histogram.x()[peak]).isBetween(0.75, 1.3);
        assertThat(histogram.n()).isEqualTo(50_000);
        assertThat(new LatencyHistogram().distribution("none").size()).isZero();
    }

    @Test
    void zoomsMovesAndShowsAllAgain() {
        ThroughputByBatch chart = new ThroughputByBatch();
        Range all = chart.plot().getDomainAxis().getRange();
        chart.zoom(0.5);
        assertThat(chart.plot().getDomainAxis().getRange().getLength()).isCloseTo(all.getLength() / 2, within(1e-9));
        chart.pan(0.1);
        chart.reset();
        assertThat(chart.plot().getDomainAxis().getRange()).isEqualTo(all);
    }

    @Test
    void huesOfTheVariantsStayApartAndTheOriginalIsGrey() {
        Color original = Palette.of("original", ChartTheme.LIGHT);
        assertThat(original).isEqualTo(ChartTheme.LIGHT.neutral());
        Set<Color> hues = new HashSet<>();
        for (String name : List.of("original", "clean", "dynamic-int8", "static-int8")) {
            hues.add(Palette.of(name, ChartTheme.DARK));
            assertThat(Palette.of(name, ChartTheme.DARK)).isEqualTo(Palette.of(name, ChartTheme.DARK));
        }
        assertThat(hues).hasSize(4);
        assertThat(Palette.web("clean", ChartTheme.LIGHT)).isEqualTo("#56b4e9");
    }

    @Test
    void everyChartDrawsItsDataInBothThemes(@TempDir Path folder) throws Exception {
        Points line = new Points("static-int8", new double[]{1, 2, 3, 4, 5}, new double[]{0.3, 40, Double.NaN, 3, 3});
        Whiskers whiskers = new Whiskers("static-int8", List.of(
                new Whiskers.Point(Whiskers.Range.exactly(0), new Whiskers.Range(10, 9, 11)),
                new Whiskers.Point(Whiskers.Range.exactly(2), new Whiskers.Range(30, 25, 40))));
        LatencyOverTime latency = new LatencyOverTime();
        latency.show(List.of(line));
        PercentileCurve percentiles = new PercentileCurve();
        percentiles.show(List.of(logNormal(5_000).curve("static-int8")));
        ThroughputByBatch throughput = new ThroughputByBatch();
        throughput.show(List.of(whiskers));
        LatencyAgainstScore plane = new LatencyAgainstScore();
        plane.show(List.of(candidate("static-int8", 3, 0.9, 0), candidate("original", 8, 0.91, 0)));
        LatencyDistribution distribution = new LatencyDistribution();
        distribution.show(List.of(logNormal(5_000).distribution("static-int8")));
        LoadOverTime load = new LoadOverTime(120);
        load.show(new Points(LoadOverTime.CPU, new double[]{-2, -1, 0}, new double[]{10, 50, 20}));
        for (Chart chart : List.of(latency, percentiles, distribution, throughput, plane, load)) {
            for (ChartTheme theme : ChartTheme.values()) {
                chart.dress(theme);
                chart.reset();
                String hue = chart == load ? LoadOverTime.CPU : "static-int8";
                Set<Integer> colours = colours(chart);
                assertThat(colours).contains(theme.background().getRGB());
                // a thin line is blended with what is behind it
                assertThat(colours).anyMatch(c -> distance(new Color(c), Palette.of(hue, theme)) < 30);
            }
            assertThat(chart.tsv().lines().count()).isGreaterThan(1);
        }
        Path svg = folder.resolve("chart.svg");
        ChartFile.text(ChartFile.svg(throughput.chart(), 400, 200), svg);
        assertThat(Files.readString(svg)).contains("<svg").contains("16");
        Path png = folder.resolve("chart.png");
        ChartFile.png(ChartFile.picture(throughput.chart(), 400, 200), png);
        assertThat(javax.imageio.ImageIO.read(png.toFile()).getWidth()).isEqualTo(800);
    }

    private static int distance(Color one, Color other) {
        return Math.abs(one.getRed() - other.getRed()) + Math.abs(one.getGreen() - other.getGreen())
                + Math.abs(one.getBlue() - other.getBlue());
    }

    private static Set<Integer> colours(Chart chart) {
        BufferedImage image = chart.chart().createBufferedImage(480, 240);
        Set<Integer> colours = new HashSet<>();
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                colours.add(image.getRGB(x, y));
            }
        }
        return colours;
    }

    @Test
    void copiesDataAsTabSeparatedText() {
        assertThat(Points.tsv(List.of(new Points("a", new double[]{1, 2}, new double[]{3, Double.NaN})), "s", "ms"))
                .isEqualTo("series\ts\tms\na\t1.0\t3.0\n");
    }
}
