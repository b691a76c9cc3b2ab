package dev.lathe.app.gui.variants;

import dev.lathe.app.gui.prune.BeforeAfterViewModel;
import dev.lathe.app.gui.prune.PruningRecipe;
import dev.lathe.app.gui.prune.PruningViewModel;
import dev.lathe.app.gui.work.Choices;
import dev.lathe.app.gui.work.Descendant;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.explain.Explanation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// Makes variants by recipes, and knows those that were made of the open model.
public final class VariantsViewModel {
    private final Desk desk;
    private final RecipeForm form = new RecipeForm();
    private final FindingsViewModel findings;
    private final PruningViewModel pruning;
    private final BeforeAfterViewModel beforeAfter;
    private final ObjectProperty<Stage> stage = new SimpleObjectProperty<>(Stage.EMPTY);
    private final ObjectProperty<Optional<Descendant>> parent = new SimpleObjectProperty<>(Optional.empty());
    private final ObjectProperty<Optional<Descendant>> selected = new SimpleObjectProperty<>(Optional.empty());
    private final ObservableList<Descendant> made = FXCollections.observableArrayList();
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();
    private final Map<String, Explanation> explanations = new HashMap<>();
    private final IntegerProperty revision = new SimpleIntegerProperty();
    private OptionalLong modelBytes = OptionalLong.empty();

    /// A variant in the tree of what was made of what.
    ///
    /// @param depth 0 for what was made of the model itself
    public record Branch(int depth, Descendant variant) {}

    /// A screen for the open model.
    public VariantsViewModel(Desk desk) {
        this.desk = desk;
        findings = new FindingsViewModel(desk, form);
        pruning = new PruningViewModel(desk, () -> subject().map(file -> new PruningViewModel.Subject(name(), file)),
                new PruningRecipe(this::pruningStep,
                        () -> desk.choices().data().get().isPresent()));
        beforeAfter = new BeforeAfterViewModel(desk);
        desk.choices().model().subscribe(_ -> opened());
        desk.report().subscribe(_ -> refresh());
        form.revision().subscribe(_ -> drawn());
        parent.subscribe(_ -> drawn());
        selected.subscribe(_ -> drawn());
        // there is room for one of both
        findings.shown().subscribe(found -> {
            if (found.isPresent()) {
                beforeAfter.close();
            }
            drawn();
        });
        pruning.revision().subscribe(_ -> drawn());
        beforeAfter.shown().subscribe(_ -> drawn());
    }

    /// What variants are made of now.
    private Optional<Path> subject() {
        return parent.get().map(Descendant::file).or(() -> desk.choices().model().get());
    }

    private String name() {
        return parent.get().map(Descendant::name).or(() -> desk.choices().model().get()
                .map(m -> String.valueOf(m.getFileName()))).orElse("");
    }

    private Optional<Step> pruningStep() {
        return form.steps().stream().filter(s -> s.info().id().equals("prune-channels") && !s.isWrong())
                .map(StepForm::step).findFirst();
    }

    private void drawn() {
        revision.set(revision.get() + 1);
    }

    private void opened() {
        made.clear();
        problems.clear();
        explanations.clear();
        findings.close();
        pruning.close();
        beforeAfter.close();
        parent.set(Optional.empty());
        selected.set(Optional.empty());
        modelBytes = OptionalLong.empty();
        stage.set(desk.choices().model().get().isEmpty() ? Stage.EMPTY : Stage.FULL);
        refresh();
        drawn();
    }

    /// What was found of a model.
    private record Found(List<Descendant> all, OptionalLong modelBytes) {}

    /// Looks which variants of the model there are.
    public void refresh() {
        Optional<Path> model = desk.choices().model().get();
        model.ifPresent(file -> desk.runner().aside(() -> new Found(desk.engine().descendants(file), size(file)),
                outcome -> {
                    if (outcome instanceof Outcome.Done<Found>(var found)
                            && desk.choices().model().get().equals(model)) {
                        modelBytes = found.modelBytes();
                        made.setAll(found.all());
                        drawn();
                    }
                }));
    }

    private static OptionalLong size(Path file) {
        try {
            return OptionalLong.of(Files.size(file));
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    /// The variants as a tree in lines, each after what it was made of.
    public List<Branch> tree() {
        List<Branch> lines = new ArrayList<>();
        made.stream().filter(v -> v.parent().filter(this::isMade).isEmpty()).forEach(v -> branch(v, 0, lines));
        return lines;
    }

    private boolean isMade(String id) {
        return made.stream().anyMatch(v -> v.id().equals(id));
    }

    private void branch(Descendant variant, int depth, List<Branch> lines) {
        lines.add(new Branch(depth, variant));
        made.stream().filter(v -> v.parent().filter(variant.id()::equals).isPresent())
                .forEach(v -> branch(v, depth + 1, lines));
    }

    /// A variant's size against the model's, in words; empty where that is not known.
    public String ratio(Descendant variant) {
        return modelBytes.isPresent() && modelBytes.getAsLong() > 0
                ? String.format(Locale.ROOT, "%.2fx", variant.sizeBytes() / (double) modelBytes.getAsLong())
                : "";
    }

    /// The model's size in bytes; empty while it is not known.
    public OptionalLong modelBytes() {
        return modelBytes;
    }

    /// Whether there is a model, a sound recipe, and no job.
    public boolean canMake() {
        return desk.choices().model().get().isPresent() && form.trouble().isEmpty() && !desk.jobs().running().get();
    }

    /// Whether the ratios that are set make a variant now.
    public boolean canMakePruned() {
        return pruning.canMake();
    }

    /// Takes the ratios that are set into the recipe, makes a variant by it, and holds that against what it was made of.
    public void makePruned() {
        if (pruning.canMake()) {
            form.load(pruning.recipe());
            make();
        }
    }

    /// Makes a variant of what was chosen as its parent.
    public void make() {
        Optional<Path> of = subject();
        if (!canMake() || of.isEmpty()) {
            return;
        }
        Recipe recipe = form.recipe();
        desk.jobs().start("Making " + recipe.name(), () -> {
            problems.clear();
            stage.set(Stage.WORKING);
            drawn();
        }, watch -> desk.engine().make(of.get(), recipe, desk.choices().data().get(), watch), _ -> {}, outcome -> {
            stage.set(Stage.FULL);
            switch (outcome) {
                case Outcome.Done<Descendant>(var variant) -> {
                    made.removeIf(v -> v.id().equals(variant.id()));
                    made.addFirst(variant);
                    selected.set(Optional.of(variant));
                    desk.sides().add(variant.name(), variant.file());
                    refresh();
                    if (pruning.stage() != Stage.EMPTY) {
                        pruning.close();
                        compare();
                    }
                }
                case Outcome.Failed<Descendant>(var what, _) -> problems.setAll(what);
                case Outcome.Cancelled<Descendant> _ -> {
                    // nothing is left half-made
                }
            }
            drawn();
        });
    }

    /// Whether a variant is chosen that can be explained now.
    public boolean canExplain() {
        return selected.get().isPresent() && !desk.jobs().running().get();
    }

    /// Looks what runs on what in the chosen variant, and what it saves of what it was made of.
    public void explain() {
        Optional<Path> model = desk.choices().model().get();
        if (!canExplain() || model.isEmpty()) {
            return;
        }
        Descendant variant = selected.get().orElseThrow();
        Optional<Descendant> before = parent(variant);
        Path file = before.map(Descendant::file).or(() -> model).orElseThrow();
        String name = before.map(Descendant::name).orElseGet(() -> model.get().getFileName().toString());
        desk.jobs().start("Explaining " + variant.name(), () -> {}, watch -> named(
                desk.engine().explain(variant.file(), Optional.of(file), watch), variant.name(), name), _ -> {},
                outcome -> {
                    if (outcome instanceof Outcome.Done<Explanation>(var explanation)) {
                        explanations.put(variant.id(), explanation);
                        drawn();
                    }
                });
    }

    private Optional<Descendant> parent(Descendant variant) {
        return made.stream().filter(v -> variant.parent().filter(v.id()::equals).isPresent()).findFirst();
    }

    /// Holds the chosen variant against what it was made of.
    public void compare() {
        Optional<Path> model = desk.choices().model().get();
        if (!canExplain() || model.isEmpty()) {
            return;
        }
        Descendant variant = selected.get().orElseThrow();
        Optional<Descendant> before = parent(variant);
        findings.close();
        beforeAfter.open(before.map(Descendant::name).orElseGet(() -> model.get().getFileName().toString()),
                before.map(Descendant::file).orElse(model.get()), variant);
    }

    /// Files of variants are named by their ids, which tell nobody anything.
    private static Explanation named(Explanation explanation, String variant, String parent) {
        Explanation.Savings savings = explanation.savings();
        return new Explanation(variant, explanation.structure(), new Explanation.Savings(
                savings.parent().map(_ -> parent), savings.sizeBytes(), savings.parentSizeBytes(), savings.macs(),
                savings.parentMacs()), explanation.time());
    }

    /// Why a variant is as it is; empty until that was looked at.
    public Optional<Explanation> explanation(Descendant variant) {
        return Optional.ofNullable(explanations.get(variant.id()));
    }

    /// Takes the recipe of a variant into the editor.
    public void take(Descendant variant) {
        guarded(() -> Recipes.parse(variant.recipeJson(), variant.name())).ifPresent(form::load);
    }

    /// Takes a preset.
    public void preset(String name) {
        guarded(() -> Recipes.named(name)).ifPresent(form::load);
    }

    /// Reads a recipe's file.
    public void open(Path file) {
        guarded(() -> Recipes.named(file.toString())).ifPresent(form::load);
    }

    private Optional<Recipe> guarded(Supplier<Recipe> read) {
        try {
            return Optional.of(read.get());
        } catch (ProblemException e) {
            e.problems().forEach(desk.jobs()::notify);
            return Optional.empty();
        }
    }

    /// Writes the recipe into a file.
    ///
    /// @throws IOException if it cannot be written
    public void save(Path file) throws IOException {
        Files.writeString(file, Recipes.toText(form.recipe()), StandardCharsets.UTF_8);
    }

    /// The command line that does the same; the recipe is written out as passes where it is no preset.
    public String command() {
        StringBuilder line = new StringBuilder("lathe optimize ");
        line.append(parent.get().map(p -> Choices.quoted(p.file().toString())).or(() -> desk.choices().model().get()
                .map(m -> Choices.quoted(m.toString()))).orElse("MODEL"));
        boolean isPruning = pruning.stage() == Stage.FULL;
        String name = isPruning ? pruning.recipe().name() : form.name().get().strip();
        line.append(" --recipe ").append(!isPruning && isPreset() ? name : Choices.quoted(name + ".json"));
        desk.choices().data().get().ifPresent(d -> line.append(" --data ").append(Choices.quoted(d.toString())));
        return line.append(" --out ").append(Choices.quoted(name + ".onnx")).toString();
    }

    /// Whether the recipe is that of a preset.
    public boolean isPreset() {
        try {
            Recipe recipe = form.recipe();
            return Recipes.PRESETS.contains(recipe.name())
                    && Objects.equals(recipe.canonical(), Recipes.named(recipe.name()).canonical());
        } catch (ProblemException _) {
            return false;
        }
    }

    /// The recipe that is put together.
    public RecipeForm form() {
        return form;
    }

    /// What is found out about the open model.
    public FindingsViewModel findings() {
        return findings;
    }

    /// What would be left of the model with less channels.
    public PruningViewModel pruning() {
        return pruning;
    }

    /// A variant beside what it was made of.
    public BeforeAfterViewModel beforeAfter() {
        return beforeAfter;
    }

    /// What the variant is made of; empty for the open model.
    public ObjectProperty<Optional<Descendant>> parent() {
        return parent;
    }

    /// The variant that is looked at closely.
    public ObjectProperty<Optional<Descendant>> selected() {
        return selected;
    }

    /// The variants that were made of the model, the newest first.
    public ObservableList<Descendant> made() {
        return made;
    }

    /// Why the last one could not be made.
    public ObservableList<Problem> problems() {
        return problems;
    }

    /// What the screen shows.
    public ReadOnlyObjectProperty<Stage> stage() {
        return stage;
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
