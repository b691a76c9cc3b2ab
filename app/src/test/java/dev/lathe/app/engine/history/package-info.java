/// Tests of reading and exporting the history.
/// Runs are made through the store, without a verb.
/// Start with `RunExportTest`.
@NullMarked
package dev.lathe.app.engine.history;

import org.jspecify.annotations.NullMarked;
