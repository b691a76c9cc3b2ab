/// Why a variant is as fast as it is: what the runtime fused of its quantization, which operators run at which precision, and
/// what gained and lost time. Nothing here runs a model or measures: it reads graphs and profiles that others made.
/// Start with [Explanation].
@NullMarked
package dev.lathe.optimize.explain;

import org.jspecify.annotations.NullMarked;
