/// The History screen: the runs of the workspace, wherever they were started from.
/// Nothing is changed here.
/// Start with [HistoryViewModel].
@NullMarked
package dev.lathe.app.gui.history;

import org.jspecify.annotations.NullMarked;
