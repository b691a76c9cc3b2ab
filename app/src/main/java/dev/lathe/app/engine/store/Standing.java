package dev.lathe.app.engine.store;

import java.util.Locale;

/// Where a run stands for who looks at it: as [RunState], but a run that says `running` although its process is gone is
/// `INTERRUPTED`.
public enum Standing {
    RUNNING, INTERRUPTED, FINISHED, FAILED, CANCELLED;

    /// In a word, as it is printed.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Standing of(RunState state, boolean alive) {
        return switch (state) {
            case RUNNING -> alive ? RUNNING : INTERRUPTED;
            case FINISHED -> FINISHED;
            case FAILED -> FAILED;
            case CANCELLED -> CANCELLED;
        };
    }
}
