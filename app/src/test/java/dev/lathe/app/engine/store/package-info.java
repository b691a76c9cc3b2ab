/// Tests of the workspace and its history, on real SQLite files in temporary folders.
/// Nothing here measures a model; blocks hold made-up samples.
/// Start with [RunStoreTest].
@NullMarked
package dev.lathe.app.engine.store;

import org.jspecify.annotations.NullMarked;
