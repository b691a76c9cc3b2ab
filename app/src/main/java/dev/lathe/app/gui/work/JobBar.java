package dev.lathe.app.gui.work;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.base.Severity;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import tools.jackson.databind.JsonNode;

/// The job that goes on, if any: its step, how far it is, the time left, what it noted; and the way to stop it.
public final class JobBar {
    private static final long MINUTE_SECONDS = 90;

    private final JobRunner runner;
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper();
    private final StringProperty step = new SimpleStringProperty("");
    private final StringProperty left = new SimpleStringProperty("");
    private final DoubleProperty fraction = new SimpleDoubleProperty();
    private final ObservableList<Problem> notes = FXCollections.observableArrayList();
    private final ObservableList<Problem> notices = FXCollections.observableArrayList();
    /// Also read when the process is asked to end, on a thread of its own.
    private volatile Cancellation cancellation = new Cancellation();

    /// A bar for the jobs of this runner.
    public JobBar(JobRunner runner) {
        this.runner = runner;
    }

    /// Starts a job, unless one goes on: then it says so and does nothing.
    ///
    /// @param begun called when the job is going to begin
    public <T> void start(String title, Runnable begun, Function<Watch, T> work, Consumer<List<Happening>> heard,
            Consumer<Outcome<T>> done) {
        if (running.get()) {
            notify(Problem.warning("job-busy", "", "one job at a time, and " + step.get() + " goes on",
                    "Wait for it, or cancel it with Esc."));
            return;
        }
        running.set(true);
        step.set(title);
        left.set("");
        fraction.set(0);
        notes.clear();
        notices.clear();
        cancellation = new Cancellation();
        begun.run();
        runner.bench(work, cancellation, all -> {
            all.forEach(this::hear);
            heard.accept(all);
        }, outcome -> {
            running.set(false);
            left.set("");
            step.set(switch (outcome) {
                case Outcome.Done<T> _ -> title + ": done";
                case Outcome.Cancelled<T> _ -> title + ": cancelled; what was measured is kept";
                case Outcome.Failed<T> _ -> title + ": failed";
            });
            if (outcome instanceof Outcome.Failed<T>(var problems)) {
                problems.forEach(this::notify);
            }
            done.accept(outcome);
        });
    }

    private void hear(Happening happening) {
        switch (happening) {
            case Happening.Step(var progress) -> show(progress);
            case Happening.Told(var json) when json.path("event").asString("").equals("problem") ->
                notes.add(problem(json));
            case Happening.Told _,Happening.Timed _ -> {
                // the screens show these
            }
        }
    }

    private static Problem problem(JsonNode json) {
        return new Problem(Severity.valueOf(json.path("severity").asString("NOTE")), json.path("code").asString(""),
                json.path("where").asString(""), json.path("what").asString(""), json.path("remedy").asString(""));
    }

    private void show(Progress progress) {
        if (!cancellation.isCancelled()) {
            step.set(progress.step());
        }
        // phases are predicted one by one; a bar that runs backwards tells nothing
        fraction.set(Math.max(fraction.get(), Math.clamp(progress.fraction(), 0, 1)));
        left.set(words(progress.remainingNs()));
    }

    static String words(OptionalLong remainingNs) {
        if (remainingNs.isEmpty()) {
            return "";
        }
        long seconds = Math.max(1, Math.round(remainingNs.getAsLong() / 1e9));
        return seconds < MINUTE_SECONDS
                ? seconds + " s left"
                : String.format(Locale.ROOT, "%d min left", Math.round(seconds / 60.0));
    }

    /// Stops the job; what was measured is kept.
    public void cancel() {
        if (running.get()) {
            step.set("cancelling");
            left.set("");
            Cancellation asked = cancellation;
            // killing workers may take a moment
            runner.aside(() -> {
                asked.cancel();
                return true;
            }, _ -> {});
        }
    }

    /// Stops the job at once, on whatever thread this is: the window closes.
    public void stop() {
        cancellation.cancel();
    }

    /// Shows trouble to the user.
    public void notify(Problem problem) {
        notices.add(problem);
    }

    /// Takes a notice away.
    public void dismiss(Problem problem) {
        notices.removeIf(problem::equals);
    }

    /// Whether a job goes on.
    public ReadOnlyBooleanProperty running() {
        return running.getReadOnlyProperty();
    }

    /// What is being done, or what was.
    public StringProperty step() {
        return step;
    }

    /// The time left in words; empty while nothing can be said.
    public StringProperty left() {
        return left;
    }

    /// How far it is, in 0..1.
    public DoubleProperty fraction() {
        return fraction;
    }

    /// What this job noted.
    public ObservableList<Problem> notes() {
        return notes;
    }

    /// Trouble that has not been taken away yet.
    public ObservableList<Problem> notices() {
        return notices;
    }
}
