package dev.lathe.app.gui.work;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javafx.beans.property.SimpleObjectProperty;

/// A desk whose job bar goes by a clock that a test moves on.
public final class Clocked {
    private Clocked() {}

    /// A desk whose clock shows these nanoseconds.
    public static Desk desk(Engine engine, JobRunner runner, AtomicLong clockNs) {
        Desk usual = Desk.of(engine, runner);
        return new Desk(engine, runner, new JobBar(runner, clockNs::get), usual.choices(), usual.report(),
                new SimpleObjectProperty<>(Optional.empty()), usual.sides());
    }
}
