/// The arithmetic and the placement of integer quantization: scales, zero points, integer weights, and where they stand.
/// Nothing here is a pass, runs a model or writes a file.
/// Start with [Affine].
@NullMarked
package dev.lathe.optimize.quantize;

import org.jspecify.annotations.NullMarked;
