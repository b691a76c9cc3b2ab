/// The passes, one file each: records whose components are their options, found by the service loader.
/// Passes do not use one another, and the arithmetic of quantization stands in `dev.lathe.optimize.quantize`.
/// Start with [RemoveDeadNodes], the smallest.
@NullMarked
package dev.lathe.optimize.pass;

import org.jspecify.annotations.NullMarked;
