/// The workspace on disk and its history: runs, raw samples, facts, scores, variants and events in one SQLite file.
/// What the JSON inside means is not known here, and no SQL exists outside this package.
/// Start with [RunStore]; [Workspace] says where everything lies.
@NullMarked
package dev.lathe.app.engine.store;

import org.jspecify.annotations.NullMarked;
