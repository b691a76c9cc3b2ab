package dev.lathe.app.chart;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;
import org.jfree.svg.SVGGraphics2D;

/// Charts as files, as large as they are shown. Drawing is for the thread that changes the chart; writing for any.
public final class ChartFile {
    private static final int SCALE = 2;
    private static final int PREPARED_SIDE = 200;

    private ChartFile() {}

    /// Draws a chart to nowhere: the first drawing in a process loads fonts and classes for a quarter of a second, which
    /// the thread of a window has not to spare.
    ///
    /// @return how many pixels were drawn
    public static int prepare() {
        Points line = new Points("original", new double[]{0, 1}, new double[]{1, 2});
        Points other = new Points("clean", new double[]{0, 1}, new double[]{1, 2});
        LatencyOverTime latency = new LatencyOverTime();
        latency.show(List.of(line, other));
        ThroughputByBatch throughput = new ThroughputByBatch();
        throughput.show(List.of(new Whiskers("original", List.of(new Whiskers.Point(new Whiskers.Range(0, 0, 0),
                new Whiskers.Range(2, 1, 3))))));
        PercentileCurve percentiles = new PercentileCurve();
        percentiles.show(List.of(line, other));
        LatencyAgainstScore plane = new LatencyAgainstScore();
        plane.show(List.of(new LatencyAgainstScore.Candidate("original", Whiskers.Range.exactly(1),
                Whiskers.Range.exactly(1), 0, 1, 1)));
        int drawn = 0;
        for (Chart chart : List.of(latency, percentiles, throughput, plane)) {
            drawn += chart.chart().createBufferedImage(PREPARED_SIDE, PREPARED_SIDE).getWidth() * PREPARED_SIDE;
        }
        return drawn;
    }

    /// A picture with two pixels for each of the screen's.
    public static BufferedImage picture(JFreeChart chart, int width, int height) {
        return chart.createBufferedImage(width * SCALE, height * SCALE, width, height, null);
    }

    /// Writes a picture as PNG.
    ///
    /// @throws IOException if the file cannot be written
    public static void png(BufferedImage picture, Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            ImageIO.write(picture, "png", out);
        }
    }

    /// A drawing as SVG.
    public static String svg(JFreeChart chart, int width, int height) {
        SVGGraphics2D graphics = new SVGGraphics2D(width, height);
        chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height));
        return graphics.getSVGDocument();
    }

    /// Writes text.
    ///
    /// @throws IOException if the file cannot be written
    public static void text(String text, Path file) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
