package dev.lathe.app.gui.prune;

import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.gui.work.BeforeAfter;
import dev.lathe.app.gui.work.Descendant;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Watch;
import dev.lathe.profile.Confinement;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.sweep.Grid;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleObjectProperty;

/// A variant beside what it was made of, and the ways to learn what is not known of both.
public final class BeforeAfterViewModel {
    private static final long BUDGET_NS = 10_000_000_000L;

    private final Desk desk;
    private final ObjectProperty<Optional<Pair>> shown = new SimpleObjectProperty<>(Optional.empty());

    /// A variant and what it was made of.
    ///
    /// @param parent the parent's name
    /// @param parentFile the parent's file
    /// @param figures of both
    public record Pair(String parent, Path parentFile, Descendant variant, BeforeAfter figures) {}

    /// Shows nothing yet.
    public BeforeAfterViewModel(Desk desk) {
        this.desk = desk;
    }

    /// Whether no job goes on.
    public boolean canAsk() {
        return !desk.jobs().running().get();
    }

    /// Looks at a variant and what it was made of.
    public void open(String parent, Path parentFile, Descendant variant) {
        ask("Holding " + variant.name() + " against " + parent, parent, parentFile, variant, _ -> {});
    }

    /// Whether scores can be taken now.
    public boolean canScore() {
        return canAsk() && desk.choices().data().get().isPresent();
    }

    /// Scores both on the same samples.
    public void score() {
        Optional<Path> data = desk.choices().data().get();
        if (canScore() && data.isPresent()) {
            shown.get().ifPresent(p -> ask("Scoring " + p.variant().name() + " and " + p.parent(), p.parent(),
                    p.parentFile(), p.variant(),
                    watch -> desk.engine().score(p.parentFile(), p.variant().file(), data.get(), watch)));
        }
    }

    /// Measures both side by side, one query after the other.
    public void measure() {
        if (canAsk()) {
            shown.get().ifPresent(p -> ask("Measuring " + p.variant().name() + " beside " + p.parent(), p.parent(),
                    p.parentFile(), p.variant(), watch -> desk.engine().measure(request(p), watch)));
        }
    }

    private MeasureRequest request(Pair pair) {
        List<Path> files = List.of(pair.parentFile(), pair.variant().file());
        Grid grid = new Grid(MeasureRequest.names(files),
                List.of(SessionSettings.threads(desk.engine().machine().usableCpus())), List.of(1), List.of(1));
        return MeasureRequest.whole(files, desk.choices().data().get(), grid, Confinement.NONE, BUDGET_NS);
    }

    /// Does something, then looks at both again: what was found is in the history.
    private void ask(String title, String parent, Path parentFile, Descendant variant, Consumer<Watch> first) {
        Optional<Path> model = desk.choices().model().get();
        desk.jobs().start(title, () -> {}, watch -> {
            first.accept(watch);
            return desk.engine().beforeAfter(parentFile, variant.file(), watch);
        }, _ -> {}, outcome -> {
            if (outcome instanceof Outcome.Done<BeforeAfter>(var found) && desk.choices().model().get().equals(model)) {
                shown.set(Optional.of(new Pair(parent, parentFile, variant, found)));
            }
        });
    }

    /// Shows nothing any more.
    public void close() {
        shown.set(Optional.empty());
    }

    /// What is shown.
    public ReadOnlyObjectProperty<Optional<Pair>> shown() {
        return shown;
    }

    /// What the screens have in common.
    public Desk desk() {
        return desk;
    }
}
