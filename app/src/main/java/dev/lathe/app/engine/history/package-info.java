/// The history read for people and other programs: what a run asked, found and measured, and its export.
/// Nothing is written to the workspace from here, and no verb is known; results are read in the form they are kept.
/// Start with [StoredResult], and with [RunDetail] for all that belongs to one run.
@NullMarked
package dev.lathe.app.engine.history;

import org.jspecify.annotations.NullMarked;
