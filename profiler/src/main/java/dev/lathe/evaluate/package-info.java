/// Real data for a model: datasets as `dataset.json` describes them, fitted to a model's inputs, batched and packed.
/// How outputs are scored is in `dev.lathe.evaluate.metric`; running the model is the workers' affair.
/// Start with [Dataset].
@NullMarked
package dev.lathe.evaluate;

import org.jspecify.annotations.NullMarked;
