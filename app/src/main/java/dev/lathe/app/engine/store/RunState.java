package dev.lathe.app.engine.store;

import java.util.Locale;

/// Where a run stands: `RUNNING` (or killed while it ran: see [RunStore#unfinished(String)]), `FINISHED`, `FAILED` for a
/// reason that its result names, or `CANCELLED`, which is a result and can be continued.
public enum RunState {
    RUNNING, FINISHED, FAILED, CANCELLED;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static RunState ofKey(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }
}
