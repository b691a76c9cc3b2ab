/// Tests of pruning on the Variants screen.
/// They need no toolkit.
/// Start with [PruningViewModelTest].
@NullMarked
package dev.lathe.app.gui.prune;

import org.jspecify.annotations.NullMarked;
