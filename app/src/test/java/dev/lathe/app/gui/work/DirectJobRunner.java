package dev.lathe.app.gui.work;

import dev.lathe.base.Cancellation;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Does everything at once, on the thread that asks.
public final class DirectJobRunner implements JobRunner {
    @Override
    public <T> void bench(Function<Watch, T> work, Cancellation cancellation, Consumer<List<Happening>> heard,
            Consumer<Outcome<T>> done) {
        done.accept(Outcome.of(() -> work.apply(new Watch(h -> heard.accept(List.of(h)), cancellation))));
    }

    @Override
    public <T> void aside(Supplier<T> work, Consumer<Outcome<T>> done) {
        done.accept(Outcome.of(work));
    }

    @Override
    public void close() {
        // nothing to end
    }
}
