package dev.lathe.app.gui.work;

import java.util.ArrayList;
import java.util.List;

/// Gathers what happens between two looks. Of several steps in a row the last stays. Thread-safe.
final class Gathering {
    private static final int TICKS_WHILE_TIMED = 5;

    private final List<Happening> waiting = new ArrayList<>();
    private boolean timed;
    private int ticks;

    synchronized void add(Happening happening) {
        if (happening instanceof Happening.Step(var progress)) {
            timed = progress.step().startsWith("measuring");
            if (!waiting.isEmpty() && waiting.getLast() instanceof Happening.Step) {
                waiting.removeLast();
            }
        }
        waiting.add(happening);
    }

    /// Called at every tick; says whether what waits is to be delivered at this one.
    synchronized boolean isDue() {
        ticks++;
        if (waiting.isEmpty() || (timed && ticks < TICKS_WHILE_TIMED)) {
            return false;
        }
        ticks = 0;
        return true;
    }

    synchronized List<Happening> take() {
        List<Happening> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
