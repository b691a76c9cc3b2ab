/// Weights as products of two smaller matrices: which layers there are, what their inputs look like, and which ranks pay.
/// Not here: the pass that rewrites the graph. Start at [dev.lathe.optimize.factor.Split].
@NullMarked
package dev.lathe.optimize.factor;

import org.jspecify.annotations.NullMarked;
