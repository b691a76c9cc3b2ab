package dev.lathe.base;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;

/// A request to stop, seen by everything that runs for long. Thread-safe.
public final class Cancellation {
    private volatile boolean cancelled;
    private final List<Runnable> actions = new CopyOnWriteArrayList<>();

    /// Asks to stop and runs what was registered; harmless when asked twice.
    public void cancel() {
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
        }
        RuntimeException failed = null;
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (RuntimeException e) {
                // the others must run all the same: each may be a worker to end
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    /// Whether stopping was asked for.
    public boolean isCancelled() {
        return cancelled;
    }

    /// Ends the work at hand if stopping was asked for.
    ///
    /// @throws CancellationException if it was
    public void throwIfCancelled() {
        if (cancelled) {
            throw new CancellationException("cancelled");
        }
    }

    /// Registers what to do on cancellation (kill a worker, say); done at once if it was already asked for.
    ///
    /// @return closes the registration
    public Registration onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                actions.add(action);
                return () -> actions.remove(action);
            }
        }
        action.run();
        return () -> {};
    }

    /// Takes a registered action back.
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
