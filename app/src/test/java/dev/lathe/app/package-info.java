/// Tests of the house as a whole: its architecture, and its generated reference pages.
/// Tests of single parts stand beside those parts.
/// Start with [ArchitectureTest].
@NullMarked
package dev.lathe.app;

import org.jspecify.annotations.NullMarked;
