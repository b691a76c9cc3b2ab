package dev.lathe.app.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleInsets;

/// How every chart looks: no frame, no grey plot area, a hairline grid. The colours are those of the window's themes
/// (AtlantaFX Primer Light and Dark).
public enum ChartTheme {
    LIGHT(0xFFFFFF, 0x57606A, 0xE3E7EB, 0x6E7781), DARK(0x0D1117, 0x9EA7B3, 0x2A313A, 0x9EA7B3);

    /// Width of a line of data, in pixels.
    static final float LINE = 1.5f;
    /// Size of all letters in charts, in pixels.
    public static final int FONT_SIZE = 11;
    private static final int VEIL = 190;
    private static final float HAIRLINE = 1f;

    /// JFreeChart sets as many marks as there is room for; more room for each makes them fewer.
    private static final RectangleInsets SPARSE_ACROSS = new RectangleInsets(2, 16, 2, 16);
    private static final RectangleInsets SPARSE_UP = new RectangleInsets(9, 4, 9, 4);

    private final Color background;
    private final Color text;
    private final Color grid;
    private final Color neutral;

    ChartTheme(int background, int text, int grid, int neutral) {
        this.background = new Color(background);
        this.text = new Color(text);
        this.grid = new Color(grid);
        this.neutral = new Color(neutral);
    }

    /// The colour of what has no hue: the original.
    public Color neutral() {
        return neutral;
    }

    Color background() {
        return background;
    }

    /// The background, laid thinly over what is drawn.
    Color veil() {
        return new Color(background.getRed(), background.getGreen(), background.getBlue(), VEIL);
    }

    Color text() {
        return text;
    }

    static Font font() {
        return Letters.FONT;
    }

    /// Constants of an enum come before its fields.
    private static final class Letters {
        static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE);
    }

    /// Dresses a chart.
    void apply(JFreeChart chart) {
        chart.setBackgroundPaint(background);
        XYPlot plot = chart.getXYPlot();
        plot.setBackgroundPaint(background);
        plot.setOutlineVisible(false);
        plot.setDomainGridlinePaint(grid);
        plot.setRangeGridlinePaint(grid);
        plot.setDomainGridlineStroke(new BasicStroke(HAIRLINE));
        plot.setRangeGridlineStroke(new BasicStroke(HAIRLINE));
        plot.setAxisOffset(new RectangleInsets(0, 0, 0, 0));
        plot.setNoDataMessagePaint(text);
        plot.setNoDataMessageFont(font());
        dress(plot.getDomainAxis());
        dress(plot.getRangeAxis());
        plot.getDomainAxis().setTickLabelInsets(SPARSE_ACROSS);
        plot.getRangeAxis().setTickLabelInsets(SPARSE_UP);
        plot.getRangeAxis().setAxisLineVisible(false);
    }

    /// Leaves room at the right, in pixels.
    void margin(JFreeChart chart, double right) {
        chart.setPadding(new RectangleInsets(4, 0, 0, right));
    }

    private void dress(ValueAxis axis) {
        axis.setTickLabelFont(font());
        axis.setLabelFont(font());
        axis.setTickLabelPaint(text);
        axis.setLabelPaint(text);
        axis.setAxisLinePaint(grid);
        axis.setTickMarkPaint(grid);
        axis.setTickMarksVisible(false);
    }
}
