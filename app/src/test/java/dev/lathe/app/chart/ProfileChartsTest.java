package dev.lathe.app.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Reading;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.operators.Ceilings;
import dev.lathe.profile.operators.Judgement;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.OperatorTime;
import dev.lathe.profile.operators.OperatorTotal;
import dev.lathe.profile.operators.Placement;
import dev.lathe.profile.operators.Roofline;
import dev.lathe.profile.operators.Trace;
import dev.lathe.profile.operators.Work;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.jfree.chart.ChartRenderingInfo;
import org.junit.jupiter.api.Test;

class ProfileChartsTest {
    private static final Ceilings CEILINGS = new Ceilings(2, "ONNX Runtime 1", Reading.known(exactly(200e9), "test"),
            Reading.known(exactly(800e9), "test"), List.of(new Ceilings.Bandwidth(1 << 20, exactly(200e9)),
                    new Ceilings.Bandwidth(1 << 28, exactly(20e9))),
            "2026-01-01T00:00:00Z");

    private static Estimate exactly(double value) {
        return new Estimate(value, new Interval(0.9 * value, 1.1 * value), 20);
    }

    private static OperatorTime node(String name, String operator, double us, double macs, double bytes) {
        Estimate ns = exactly(us * 1e3);
        Work work = new Work(Reading.known(macs, "test"), Reading.known(bytes, "test"), Work.Arithmetic.FLOAT32);
        return new OperatorTime(new OperatorTime.Identity(name, operator, Placement.CPU, List.of(name)), ns, 1,
                new Trace.Details(1, Reading.unknown("test")), new Trace.Signature(List.of(), List.of()), work,
                Roofline.judge(work, ns, 1, Reading.known(CEILINGS, "test")));
    }

    private static OperatorProfile profile() {
        List<OperatorTime> nodes = List.of(node("conv", "Conv", 100, 5e6, 1e5), node("relu", "Relu", 40, 0, 2e6),
                node("shape", "Shape", 5, 0, 0));
        SequencedMap<String, Integer> placed = new LinkedHashMap<>();
        placed.put(Placement.CPU, 3);
        return new OperatorProfile(
                new OperatorProfile.Origin("m.onnx", SessionSettings.threads(2), "ONNX Runtime 1", "random"),
                new OperatorProfile.Times(exactly(160e3), exactly(145e3), exactly(15e3), Reading.unknown("test")),
                nodes,
                List.of(new OperatorTotal("Conv", 1, exactly(100e3), 0.69, Reading.known(5e6, "test"),
                        Judgement.Bound.COMPUTE)),
                new Placement(Placement.CPU, placed, List.of()), Reading.known(CEILINGS, "test"), List.of());
    }

    @Test
    void barsStandOnZeroAndTheLongestComesFirst() {
        OperatorBars bars = new OperatorBars();
        bars.show(ProfileCharts.nodeBars(profile(), 10).reversed());
        assertThat(bars.tsv().lines().map(l -> l.split("\t", -1)[0])).containsExactly("operator", "conv", "relu",
                "shape");
        assertThat(bars.chart().getXYPlot().getRangeAxis().getRange().getLowerBound()).isZero();
        assertThat(bars.chart().getXYPlot().getRangeAxis().getRange().getUpperBound()).isGreaterThanOrEqualTo(100);
        assertThat(ProfileCharts.nodeBars(profile(), 2)).hasSize(2);
        assertThat(ProfileCharts.operatorBars(profile(), 5)).singleElement()
                .satisfies(b -> assertThat(b.detail()).contains("69.0 % of the nodes' time", "mostly compute-bound"));
    }

    @Test
    void bothChartsDrawInBothThemes() {
        OperatorBars bars = new OperatorBars();
        bars.show(ProfileCharts.nodeBars(profile(), 10));
        OperatorRoofline roofline = new OperatorRoofline();
        roofline.show(ProfileCharts.dots(profile()), ProfileCharts.roofs(profile().ceilings()));
        for (Chart chart : List.of(bars, roofline)) {
            for (ChartTheme theme : ChartTheme.values()) {
                chart.dress(theme);
                chart.reset();
                Set<Integer> colours = colours(chart);
                assertThat(colours).contains(theme.background().getRGB());
                assertThat(colours).anyMatch(c -> distance(new Color(c), Palette.of("compute-bound", theme)) < 30);
            }
        }
    }

    @Test
    void rooflineHoldsOperatorsWithArithmeticUnderTheirCeilings() {
        List<OperatorRoofline.Dot> dots = ProfileCharts.dots(profile());
        assertThat(dots).singleElement().satisfies(d -> {
            assertThat(d.label()).isEqualTo("conv");
            assertThat(d.operationsPerByte()).isCloseTo(100, within(1e-9));
            // 10 MFLOP in 100.5 µs: half of the profile's microsecond is added
            assertThat(d.gflops()).isCloseTo(99.5, within(0.1));
            assertThat(d.detail()).contains("compute-bound at 50 % of its ceiling");
        });
        assertThat(ProfileCharts.roofs(profile().ceilings()).stream().map(Roof::words)).containsExactly(
                "float32 200 GFLOP/s", "int8 800 GOP/s", "memory 20 GB/s", "cache 200 GB/s");
        assertThat(ProfileCharts.roofs(Reading.unknown("not measured"))).isEmpty();
    }

    @Test
    void hoverTextNamesTheOperator() {
        OperatorRoofline roofline = new OperatorRoofline();
        roofline.show(ProfileCharts.dots(profile()), ProfileCharts.roofs(profile().ceilings()));
        OperatorBars bars = new OperatorBars();
        bars.show(ProfileCharts.nodeBars(profile(), 10));
        for (Chart chart : List.of(roofline, bars)) {
            ChartRenderingInfo info = new ChartRenderingInfo();
            chart.chart().createBufferedImage(480, 300, info);
            Rectangle2D area = info.getPlotInfo().getDataArea();
            assertThat(IntStream.range(0, (int) (area.getWidth() * area.getHeight()))
                    .mapToObj(i -> chart.near(area.getX() + i % (int) area.getWidth(),
                            area.getY() + Math.floorDiv(i, (int) area.getWidth()), area))
                    .flatMap(Optional::stream).map(Chart.Tip::words)).anyMatch(t -> t.contains("Conv, 100.0 µs"));
        }
    }

    @Test
    void rooflineWithoutCeilingsStillShowsItsOperators() {
        OperatorRoofline roofline = new OperatorRoofline();
        roofline.show(ProfileCharts.dots(profile()), List.of());
        assertThat(roofline.tsv().lines().count()).isEqualTo(2);
        assertThat(colours(roofline)).hasSizeGreaterThan(1);
    }

    private static int distance(Color one, Color other) {
        return Math.abs(one.getRed() - other.getRed()) + Math.abs(one.getGreen() - other.getGreen())
                + Math.abs(one.getBlue() - other.getBlue());
    }

    private static Set<Integer> colours(Chart chart) {
        BufferedImage image = chart.chart().createBufferedImage(480, 300);
        Set<Integer> colours = new HashSet<>();
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                colours.add(image.getRGB(x, y));
            }
        }
        return colours;
    }
}
