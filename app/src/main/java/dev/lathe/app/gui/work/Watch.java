package dev.lathe.app.gui.work;

import dev.lathe.base.Cancellation;
import java.util.function.Consumer;

/// What a job reports to and is stopped by.
///
/// @param tell given everything that happens, from the thread that works
/// @param cancellation stops the job
public record Watch(Consumer<Happening> tell, Cancellation cancellation) {}
