/// Tests of the charts' numbers: thinning, percentiles, marks, who is beaten; and that each chart draws.
/// How they look is judged by a person, on the pictures that the window's tests take.
/// Start with [ThinningTest].
@NullMarked
package dev.lathe.app.chart;

import org.jspecify.annotations.NullMarked;
