package dev.lathe.app.chart;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;
import org.jfree.svg.SVGGraphics2D;

/// Charts as files, as large as they are shown.
public final class ChartFile {
    private static final int SCALE = 2;
    private static final int PREPARED_SIDE = 200;

    private ChartFile() {}

    /// Draws a chart to nowhere: the first drawing in a process loads fonts and classes for a quarter of a second, which
    /// the thread of a window has not to spare.
    ///
    /// @return how many pixels were drawn
    public static int prepare() {
        LatencyOverTime chart = new LatencyOverTime();
        chart.show(List.of(new Points("original", new double[]{0, 1}, new double[]{1, 2})));
        return chart.chart().createBufferedImage(PREPARED_SIDE, PREPARED_SIDE).getWidth() * PREPARED_SIDE;
    }

    /// Writes a PNG with two pixels for each of the screen's.
    ///
    /// @throws IOException if the file cannot be written
    public static void png(JFreeChart chart, int width, int height, Path file) throws IOException {
        ImageIO.write(chart.createBufferedImage(width * SCALE, height * SCALE, width, height, null), "png",
                file.toFile());
    }

    /// Writes an SVG.
    ///
    /// @throws IOException if the file cannot be written
    public static void svg(JFreeChart chart, int width, int height, Path file) throws IOException {
        SVGGraphics2D graphics = new SVGGraphics2D(width, height);
        chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height));
        Files.writeString(file, graphics.getSVGDocument(), StandardCharsets.UTF_8);
    }
}
