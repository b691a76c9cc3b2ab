/// The vocabulary every module shares: problems, readings, events, progress, cancellation, ids and hashes.
/// Nothing here knows a model, a machine or a measurement, and nothing here does input or output except [Sha256].
/// Start with [Problem], which is how everything that can go wrong is said.
@NullMarked
package dev.lathe.base;

import org.jspecify.annotations.NullMarked;
