/// The files data comes in: folders of pictures, IDX, tables, text and NumPy archives, each read as [Samples].
/// Which samples calibrate and how they fit a model is in `dev.lathe.evaluate`.
/// Start with [Samples].
@NullMarked
package dev.lathe.evaluate.source;

import org.jspecify.annotations.NullMarked;
