/// Turns a decision (a model, how to serve it, the evidence) into a folder that a server loads at the first try.
/// What is measured and decided is not here, and neither is any server's schema: each format has its own subpackage.
/// Start at [dev.lathe.export.Deployment] and [dev.lathe.export.Bundle].
@NullMarked
package dev.lathe.export;

import org.jspecify.annotations.NullMarked;
