package dev.lathe.app.gui.work;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.base.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import tools.jackson.databind.JsonNode;

/// The job that goes on, if any: its step, how far it is, the time left, what it noted; and the way to stop it.
public final class JobBar {
    private static final long MINUTE_SECONDS = 90;

    private static final long AT_MOST_LOST_NS = 60_000_000_000L;
    private static final int MOST_LINES = 5_000;

    private final JobRunner runner;
    private final LongSupplier clockNs;
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper();
    private final StringProperty step = new SimpleStringProperty("");
    private final StringProperty left = new SimpleStringProperty("");
    private final DoubleProperty fraction = new SimpleDoubleProperty();
    private final ObservableList<Problem> notes = FXCollections.observableArrayList();
    private final ObservableList<Problem> notices = FXCollections.observableArrayList();
    private final ObservableList<String> log = FXCollections.observableArrayList();
    private final ObjectProperty<Optional<String>> question = new SimpleObjectProperty<>(Optional.empty());
    private long begunNs;
    /// When the last piece was finished that cancelling does not lose, and how far the job was then.
    private long keptNs;
    private double keptFraction;
    /// Also read when the process is asked to end, on a thread of its own.
    private volatile Cancellation cancellation = new Cancellation();

    /// A bar for the jobs of this runner.
    public JobBar(JobRunner runner) {
        this(runner, System::nanoTime);
    }

    JobBar(JobRunner runner, LongSupplier clockNs) {
        this.runner = runner;
        this.clockNs = clockNs;
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
        log.clear();
        begunNs = clockNs.getAsLong();
        kept(0);
        write(title);
        begun.run();
        runner.bench(work, cancellation, all -> {
            all.forEach(this::hear);
            heard.accept(all);
        }, outcome -> {
            running.set(false);
            left.set("");
            question.set(Optional.empty());
            step.set(switch (outcome) {
                case Outcome.Done<T> _ -> title + ": done";
                case Outcome.Cancelled<T> _ -> title + ": cancelled; what was measured is kept";
                case Outcome.Failed<T> _ -> title + ": failed";
            });
            if (outcome instanceof Outcome.Failed<T> failed) {
                failed.problems().forEach(this::notify);
                log(failed);
            }
            write(step.get());
            done.accept(outcome);
        });
    }

    /// Writes into the log why something failed, also beside a job.
    public void log(Outcome.Failed<?> failed) {
        failed.problems().forEach(p -> write(p.severity() + " " + p.code() + ": " + p.sentence()));
        failed.trace().lines().forEach(log::add);
    }

    private void write(String line) {
        String time = String.format(Locale.ROOT, "%8.2f s  ", (clockNs.getAsLong() - begunNs) / 1e9);
        if (log.size() < MOST_LINES) {
            log.add(time + line);
        } else {
            log.set(MOST_LINES - 1, time + line);
        }
    }

    private void kept(double fractionThen) {
        keptNs = clockNs.getAsLong();
        keptFraction = fractionThen;
    }

    private void hear(Happening happening) {
        switch (happening) {
            case Happening.Step(var progress) -> show(progress);
            case Happening.Told(var json) when json.path("event").asString("").equals("problem") -> {
                Problem problem = problem(json);
                notes.add(problem);
                write(problem.severity() + " " + problem.code() + ": " + problem.sentence());
            }
            case Happening.Told(var json) -> write(
                    json.path("event").asString("") + " " + json.path("name").asString(json.path("run").asString(""))
                            + (json.has("failed") ? ": " + json.path("failed").asString() : ""));
            case Happening.Timed _ -> kept(keptFraction);
        }
    }

    private static Problem problem(JsonNode json) {
        return new Problem(Severity.valueOf(json.path("severity").asString("NOTE")), json.path("code").asString(""),
                json.path("where").asString(""), json.path("what").asString(""), json.path("remedy").asString(""));
    }

    private void show(Progress progress) {
        if (!cancellation.isCancelled() && !step.get().equals(progress.step())) {
            step.set(progress.step());
            write(progress.step());
        }
        // a variant that is made or scored, a block that is measured, moves the bar, and is kept
        if (progress.fraction() > keptFraction) {
            kept(progress.fraction());
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

    /// Stops the job, or asks first if more than a minute of work would be lost: what is finished is kept, but not the piece
    /// that is being made.
    public void askToCancel() {
        long lostNs = clockNs.getAsLong() - keptNs;
        if (running.get() && lostNs > AT_MOST_LOST_NS) {
            question.set(Optional.of(String.format(Locale.ROOT,
                    "Cancelling now loses %d min %d s of \u201c%s\u201d. What is finished is kept.",
                    Math.floorDiv(lostNs, AT_MOST_LOST_NS), lostNs % AT_MOST_LOST_NS / 1_000_000_000L, step.get())));
        } else {
            cancel();
        }
    }

    /// Lets the job go on after it was asked.
    public void goOn() {
        question.set(Optional.empty());
    }

    /// Stops the job; what was measured is kept.
    public void cancel() {
        question.set(Optional.empty());
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

    /// What is asked before the job is stopped, if it is.
    public ReadOnlyObjectProperty<Optional<String>> question() {
        return question;
    }

    /// What happened in the latest job, line by line, with the seconds since its start.
    public ObservableList<String> log() {
        return log;
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
