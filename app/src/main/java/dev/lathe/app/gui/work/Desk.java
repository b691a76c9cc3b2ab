package dev.lathe.app.gui.work;

import dev.lathe.profile.target.Targets;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;

/// What the screens have in common.
///
/// @param engine the workbench
/// @param runner where work is done
/// @param jobs the job that goes on
/// @param choices what the user has chosen
/// @param report the run that is shown, whether it has just ended or comes from the history
/// @param targets what models can run on, once that was tried
public record Desk(Engine engine, JobRunner runner, JobBar jobs, Choices choices,
        ObjectProperty<Optional<Report>> report, ObjectProperty<Optional<Targets>> targets) {

    /// An empty desk.
    public static Desk of(Engine engine, JobRunner runner) {
        return new Desk(engine, runner, new JobBar(runner), new Choices(),
                new SimpleObjectProperty<>(Optional.empty()), new SimpleObjectProperty<>(Optional.empty()));
    }
}
