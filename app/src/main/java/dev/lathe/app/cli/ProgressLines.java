package dev.lathe.app.cli;

import dev.lathe.app.engine.EventJson;
import dev.lathe.app.engine.WorkbenchEvent;
import dev.lathe.base.Progress;

/// Progress as JSON lines: one a step and half a second is enough to follow; packing samples alone would make thousands.
/// Start is the first line, so there is none before it.
final class ProgressLines {
    private static final long EVERY_NS = 500_000_000;

    private final Terminal terminal;
    private String lastStep = "";
    private long lastNs;
    private boolean started;

    ProgressLines(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Notes an event that was printed.
    void seen(WorkbenchEvent event) {
        started |= event instanceof WorkbenchEvent.Started;
    }

    void progress(Progress progress) {
        String step = progress.step().replaceAll("[ :].*", "");
        long now = System.nanoTime();
        if (started && (!step.equals(lastStep) || now - lastNs > EVERY_NS)) {
            lastStep = step;
            lastNs = now;
            EventJson.of(new WorkbenchEvent.Progressed(progress)).ifPresent(node -> terminal.out(node.toString()));
        }
    }
}
