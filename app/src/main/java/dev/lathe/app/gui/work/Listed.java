package dev.lathe.app.gui.work;

import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.store.Standing;

/// A run of the history.
///
/// @param stored what the history keeps of it
/// @param standing where it stands
public record Listed(StoredResult stored, Standing standing) {}
