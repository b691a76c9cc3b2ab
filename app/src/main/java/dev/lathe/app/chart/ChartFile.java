package dev.lathe.app.chart;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;
import org.jfree.svg.SVGGraphics2D;

/// Charts as files, as large as they are shown.
public final class ChartFile {
    private static final int SCALE = 2;

    private ChartFile() {}

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
