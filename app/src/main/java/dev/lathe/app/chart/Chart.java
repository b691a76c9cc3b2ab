package dev.lathe.app.chart;

import java.awt.geom.Rectangle2D;
import java.util.Optional;
import org.jfree.chart.JFreeChart;

/// A chart that can be shown, dressed, zoomed and asked what it shows where.
public interface Chart {

    /// What is shown at a place.
    ///
    /// @param x of the data point, in pixels of the drawing
    /// @param y of the data point, in pixels of the drawing
    /// @param words its series, its exact value, and how many observations it rests on
    record Tip(double x, double y, String words) {}

    /// What draws it; the same object for the chart's whole life.
    JFreeChart chart();

    /// Takes the colours of a theme.
    void dress(ChartTheme theme);

    /// Shows all again after a zoom.
    void reset();

    /// Shows less or more of the horizontal axis.
    ///
    /// @param factor of what is shown; below 1 is closer
    void zoom(double factor);

    /// Moves along the horizontal axis.
    ///
    /// @param share of what is shown; negative is to the left
    void pan(double share);

    /// The data point that is closest to a place of the drawing, if one is close.
    ///
    /// @param area the part of the drawing between the axes
    Optional<Tip> near(double x, double y, Rectangle2D area);

    /// Whether a drawing so high has room for the names of its series at the ends of their lines; where it has not, they
    /// are left to a legend.
    boolean hasRoomForNames(double height);

    /// What it shows as tab-separated text.
    String tsv();
}
