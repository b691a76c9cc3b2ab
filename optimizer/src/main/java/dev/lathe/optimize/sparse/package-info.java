/// Zeros among weights: which ones go, and what that does to the size of a file once it is compressed.
/// Not here: structured pruning, which takes whole channels out of a graph. Start at [dev.lathe.optimize.sparse.Mask].
@NullMarked
package dev.lathe.optimize.sparse;

import org.jspecify.annotations.NullMarked;
