/// What a `dataset.json` says, as records, and every way in which it can be wrong, as problems.
/// Nothing here opens the data it speaks of; the format's own text is DATASETS.md.
/// Start with [DatasetDescription].
@NullMarked
package dev.lathe.evaluate.description;

import org.jspecify.annotations.NullMarked;
