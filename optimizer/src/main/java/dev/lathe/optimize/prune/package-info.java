/// Which channels of a graph fall together, and how they are cut out, weighed and made up for.
/// Passes that prune are not here, nor sparsity (zeros that stay) and low-rank products.
/// Start at [dev.lathe.optimize.prune.DependencyGraph].
@NullMarked
package dev.lathe.optimize.prune;

import org.jspecify.annotations.NullMarked;
