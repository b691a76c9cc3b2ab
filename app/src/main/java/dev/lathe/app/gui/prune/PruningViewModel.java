package dev.lathe.app.gui.prune;

import dev.lathe.app.engine.OperatorTimes;
import dev.lathe.app.engine.PruningDamage;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Prunable;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.prune.DamageCurve;
import dev.lathe.optimize.prune.PruningForecast;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.SimpleIntegerProperty;

/// Ratios of single groups and of all, what would be left with them, and what the outputs would suffer.
public final class PruningViewModel {
    /// The largest ratio that is offered: of every group something must stay.
    public static final double MOST = 0.9;
    private static final double USUAL = 0.25;
    private static final double STEPS = 100;

    private final Desk desk;
    private final Supplier<Optional<Subject>> subject;
    private final PruningRecipe recipe;
    private final SortedMap<String, Double> own = new TreeMap<>();
    private final IntegerProperty revision = new SimpleIntegerProperty();
    private Stage stage = Stage.EMPTY;
    private Optional<Subject> opened = Optional.empty();
    private Optional<Prunable> shown = Optional.empty();
    private Optional<PruningDamage> damage = Optional.empty();
    private Optional<String> chosen = Optional.empty();
    private List<Problem> problems = List.of();
    private double ratio = USUAL;

    /// What is pruned.
    ///
    /// @param name as people know it
    public record Subject(String name, Path file) {}

    /// What would be left, and what that is now.
    ///
    /// @param left what would be left
    /// @param whole what is there now
    /// @param sizeBytes of the file
    /// @param timeNs of a query; empty while its operators were not timed
    /// @param damage what the outputs suffer by all groups together, as the sum of what they do alone, before anything is
    ///     fitted; empty while that was not measured
    public record Estimated(PruningForecast.Left left, PruningForecast.Left whole, double sizeBytes,
            OptionalDouble timeNs, OptionalDouble damage) {}

    /// Ratios for what variants are made of.
    ///
    /// @param subject what is pruned
    /// @param recipe how ratios become a recipe
    public PruningViewModel(Desk desk, Supplier<Optional<Subject>> subject, PruningRecipe recipe) {
        this.desk = desk;
        this.subject = subject;
        this.recipe = recipe;
    }

    private void drawn() {
        revision.set(revision.get() + 1);
    }

    /// Whether there is a model, and no job.
    public boolean canLook() {
        return subject.get().isPresent() && !desk.jobs().running().get();
    }

    /// Looks which channels fall together in what variants are made of now.
    public void open() {
        Optional<Subject> wanted = subject.get();
        if (!canLook() || wanted.isEmpty()) {
            return;
        }
        close();
        opened = wanted;
        Recipe asked = recipe.at(USUAL, new TreeMap<>(), "pruned");
        desk.jobs().start("Looking at the channels of " + wanted.get().name(), () -> {
            stage = Stage.WORKING;
            drawn();
        }, watch -> desk.engine().prunable(wanted.get().file(), asked, watch), _ -> {}, outcome -> {
            if (!opened.equals(wanted)) {
                return; // it was closed meanwhile
            }
            switch (outcome) {
                case Outcome.Done<Prunable>(var found) -> {
                    shown = Optional.of(found);
                    chosen = found.forecast().groups().stream().findFirst().map(PruningForecast.Group::name);
                    stage = Stage.FULL;
                }
                case Outcome.Failed<Prunable>(var what, _) -> {
                    problems = what;
                    // the pane says it
                    what.forEach(desk.jobs()::dismiss);
                    stage = Stage.FAILED;
                }
                case Outcome.Cancelled<Prunable> _ -> close();
            }
            drawn();
        });
    }

    /// Shows nothing any more.
    public void close() {
        stage = Stage.EMPTY;
        opened = Optional.empty();
        shown = Optional.empty();
        damage = Optional.empty();
        chosen = Optional.empty();
        problems = List.of();
        own.clear();
        ratio = USUAL;
        drawn();
    }

    /// Why the damage cannot be measured, in words; empty if it can.
    public String damageTrouble() {
        return desk.choices().data().get().isEmpty()
                ? "Damage needs data, to judge outputs on: choose some on the Model screen."
                : groups().isEmpty() ? "There is nothing to cut." : "";
    }

    /// Whether the damage can be measured now.
    public boolean canMeasureDamage() {
        return stage == Stage.FULL && damageTrouble().isEmpty() && !desk.jobs().running().get();
    }

    /// Measures what the outputs suffer by each group alone, on real samples.
    public void measureDamage() {
        Optional<Path> data = desk.choices().data().get();
        Optional<Subject> now = opened;
        if (!canMeasureDamage() || data.isEmpty() || now.isEmpty()) {
            return;
        }
        Recipe asked = recipe.at(USUAL, new TreeMap<>(), "pruned");
        desk.jobs().start("Measuring the damage of cuts in " + now.get().name(), () -> {},
                watch -> desk.engine().damage(now.get().file(), asked, data.get(), watch), _ -> {}, outcome -> {
                    if (outcome instanceof Outcome.Done<PruningDamage>(var found) && opened.equals(now)) {
                        damage = Optional.of(found);
                    }
                    drawn();
                });
    }

    /// Whether operators can be timed now.
    public boolean canTime() {
        return stage == Stage.FULL && !desk.jobs().running().get();
    }

    /// Times the operators: a short run of its own.
    public void time() {
        Optional<Subject> now = opened;
        if (!canTime() || now.isEmpty()) {
            return;
        }
        desk.jobs().start("Timing the operators of " + now.get().name(), () -> {},
                watch -> OperatorTimes.of(desk.engine().profile(now.get().file(), desk.choices().data().get(),
                        OptionalInt.empty(), watch)),
                _ -> {}, outcome -> {
                    if (outcome instanceof Outcome.Done<OperatorTimes>(var times) && opened.equals(now)) {
                        shown = shown.map(p -> p.timed(times));
                    }
                    drawn();
                });
    }

    private static double rounded(double value) {
        return Math.clamp(Math.rint(value * STEPS) / STEPS, 0, MOST);
    }

    /// Cuts this part of every group that has no ratio of its own.
    ///
    /// @param wanted in 0..0.9; to hundredths
    public void ratio(double wanted) {
        if (rounded(wanted) != ratio) {
            ratio = rounded(wanted);
            drawn();
        }
    }

    /// The ratio of the groups without one of their own.
    public double ratio() {
        return ratio;
    }

    /// Gives a group a ratio of its own.
    ///
    /// @param wanted in 0..0.9; to hundredths
    public void ratio(String group, double wanted) {
        if (rounded(wanted) != ratio(group)) {
            own.put(group, rounded(wanted));
            drawn();
        }
    }

    /// The ratio of a group.
    public double ratio(String group) {
        return own.getOrDefault(group, ratio);
    }

    /// The ratios that single groups have of their own.
    public SortedMap<String, Double> own() {
        return Collections.unmodifiableSortedMap(own);
    }

    /// Lets a group go with the others again.
    public void release(String group) {
        if (own.remove(group) != null) {
            drawn();
        }
    }

    /// Chooses the group whose curve stands out and whose ratio is set; one that cannot be cut cannot be chosen.
    public void choose(String group) {
        if (groups().stream().anyMatch(g -> g.name().equals(group)) && !chosen.equals(Optional.of(group))) {
            chosen = Optional.of(group);
            drawn();
        }
    }

    /// The chosen group.
    public Optional<PruningForecast.Group> chosen() {
        return chosen.flatMap(name -> shown.flatMap(p -> p.forecast().group(name)));
    }

    /// The groups that can be cut.
    public List<PruningForecast.Group> groups() {
        return shown.map(p -> p.forecast().groups()).orElse(List.of());
    }

    /// What would be left with these ratios; empty while nothing is shown.
    public Optional<Estimated> estimated() {
        return shown.map(p -> {
            PruningForecast.Left left = p.forecast().at(ratio, own);
            return new Estimated(left, p.forecast().at(0, new TreeMap<>()), p.sizeBytes() - left.removedBytes(),
                    p.times().map(t -> OptionalDouble.of(t.estimatedNs(left.nodes()))).orElse(OptionalDouble.empty()),
                    damage.map(d -> OptionalDouble.of(d.curves().stream()
                            .mapToDouble(c -> c.at(left.cuts().getOrDefault(c.group(), 0))).sum()))
                            .orElse(OptionalDouble.empty()));
        });
    }

    /// The curve of a group, once damage was measured.
    public Optional<DamageCurve> curve(String group) {
        return damage.flatMap(d -> d.curves().stream().filter(c -> c.group().equals(group)).findFirst());
    }

    /// The recipe with these ratios, named after what it is foretold to save.
    public Recipe recipe() {
        double saved = estimated().filter(e -> e.whole().macs() > 0)
                .map(e -> 1 - e.left().macs() / e.whole().macs()).orElse(0.0);
        return recipe.at(ratio, own, "pruned-" + Math.round(STEPS * saved));
    }

    /// Whether these ratios cut anything, and no job goes on.
    public boolean canMake() {
        return !desk.jobs().running().get()
                && estimated().filter(e -> e.left().cuts().values().stream().anyMatch(c -> c > 0)).isPresent();
    }

    /// What the pane shows: `EMPTY` while it is closed.
    public Stage stage() {
        return stage;
    }

    /// The name of what is pruned; empty while the pane is closed.
    public String name() {
        return opened.map(Subject::name).orElse("");
    }

    /// What is known of the model; empty while that is being looked at.
    public Optional<Prunable> shown() {
        return shown;
    }

    /// What the outputs suffer by single groups; empty while that was not measured.
    public Optional<PruningDamage> damage() {
        return damage;
    }

    /// Why it cannot be pruned.
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /// Counts changes of what is drawn.
    public IntegerProperty revision() {
        return revision;
    }

    /// What the screens have in common.
    public Desk desk() {
        return desk;
    }
}
