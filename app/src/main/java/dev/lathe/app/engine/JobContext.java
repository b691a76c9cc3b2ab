package dev.lathe.app.engine;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Progress;
import java.util.function.Consumer;

/// What a job reports to and is stopped by.
///
/// @param progress told how far the job is
/// @param emit given every event as it happens, from the thread that works
/// @param cancellation stops the job
public record JobContext(Progress.Listener progress, Consumer<WorkbenchEvent> emit, Cancellation cancellation) {}
