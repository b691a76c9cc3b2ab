/// How good outputs are: against labels, or against the outputs of the original where there are no labels.
/// Pure functions over arrays; running models and reading data happen elsewhere.
/// Start with [Metric], then [Score] for one variant and [PairedComparison] for a variant against the original.
@NullMarked
package dev.lathe.evaluate.metric;

import org.jspecify.annotations.NullMarked;
