/// Charts of measurements and results, drawn by JFreeChart: plain values in, a chart out, for window and reports alike.
/// No window toolkit and no engine is known here; the data are thinned before they come.
/// Start with [ChartTheme] and [LatencyOverTime].
@NullMarked
package dev.lathe.app.chart;

import org.jspecify.annotations.NullMarked;
