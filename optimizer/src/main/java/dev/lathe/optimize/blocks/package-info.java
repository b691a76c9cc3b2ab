/// Residual blocks: where a graph adds to a value what it made of it, so that the addition can be left out.
/// Not here: which ones are worth it, which the pass measures. Start at [dev.lathe.optimize.blocks.ResidualBlock].
@NullMarked
package dev.lathe.optimize.blocks;

import org.jspecify.annotations.NullMarked;
