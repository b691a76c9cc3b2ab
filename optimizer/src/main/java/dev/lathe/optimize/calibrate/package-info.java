/// Chooses ranges: from what a value was on the calibration data to the two numbers between which its integers lie.
/// Nothing here runs a model; where outputs decide, the pass asks the laboratory. Start with [RangeMethod].
@NullMarked
package dev.lathe.optimize.calibrate;

import org.jspecify.annotations.NullMarked;
