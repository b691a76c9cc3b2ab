package dev.lathe.app.gui.work;

import dev.lathe.base.Cancellation;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Where work is done, so that the window stays free. What comes back arrives on the thread of the window.
public interface JobRunner extends AutoCloseable {

    /// Work that measures or starts workers: one at a time.
    ///
    /// @param work the work
    /// @param cancellation stops it
    /// @param heard given what happened since the last time, in order
    /// @param done given how it ended, after all that happened
    <T> void bench(Function<Watch, T> work, Cancellation cancellation, Consumer<List<Happening>> heard,
            Consumer<Outcome<T>> done);

    /// Quick work beside it: looking things up.
    <T> void aside(Supplier<T> work, Consumer<Outcome<T>> done);

    @Override
    void close();
}
