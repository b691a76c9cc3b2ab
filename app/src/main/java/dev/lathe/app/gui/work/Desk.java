package dev.lathe.app.gui.work;

import dev.lathe.profile.Target;
import dev.lathe.profile.target.Targets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
/// @param sides the models that are held side by side
public record Desk(Engine engine, JobRunner runner, JobBar jobs, Choices choices,
        ObjectProperty<Optional<Report>> report, ObjectProperty<Optional<Targets>> targets,
        Sides sides) {

    /// An empty desk.
    public static Desk of(Engine engine, JobRunner runner) {
        Choices choices = new Choices();
        ObjectProperty<Optional<Report>> report = new SimpleObjectProperty<>(Optional.empty());
        return new Desk(engine, runner, new JobBar(runner), choices, report,
                new SimpleObjectProperty<>(Optional.empty()), new Sides(engine, runner, choices, report));
    }

    /// Looks what models can run on: starts the runtimes, and runs a small model on all they offer.
    public void lookForTargets() {
        jobs.start("Trying what runs here", () -> {}, engine::targets, _ -> {}, outcome -> {
            if (outcome instanceof Outcome.Done<Targets>(var found)) {
                targets.set(Optional.of(found));
            }
        });
    }

    /// The targets that models can run on: the processor, and those that were found to work.
    public List<String> targetNames() {
        return Stream.concat(Stream.of(Target.CPU.name()), targets.get().stream().flatMap(
                found -> found.entries().stream().filter(e -> e.works()).map(e -> e.name()))).distinct().toList();
    }
}
