/// Turns a model into variants: passes, recipes of passes, and the optimizer that runs a recipe and writes the result.
/// Nothing here runs a model: that is asked of a [dev.lathe.profile.Laboratory]; nothing here measures time.
/// Start with [Optimizer].
@NullMarked
package dev.lathe.optimize;

import org.jspecify.annotations.NullMarked;
