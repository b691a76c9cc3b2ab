/// The queue in front of a model: dynamic batching, a bound, deadlines, and nothing that knows threads or models.
/// Who serves, simulates or measures supplies the clock and starts the batches.
/// Start with [BatchingQueue].
@NullMarked
package dev.lathe.serving.queue;

import org.jspecify.annotations.NullMarked;
