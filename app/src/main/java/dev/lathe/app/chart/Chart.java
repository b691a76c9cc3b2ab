package dev.lathe.app.chart;

import org.jfree.chart.JFreeChart;

/// A chart that can be shown and dressed.
public interface Chart {
    /// What draws it; the same object for the chart's whole life.
    JFreeChart chart();

    /// Takes the colours of a theme.
    void dress(ChartTheme theme);

    /// Shows all again after a zoom.
    void reset();

    /// What it shows as tab-separated text.
    String tsv();
}
