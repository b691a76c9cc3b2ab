package dev.lathe.app.gui.variants;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/// A recipe that is put together: passes in their order, with their options.
public final class RecipeForm {
    private final StringProperty name = new SimpleStringProperty("");
    private final List<StepForm> steps = new ArrayList<>();
    private final ObjectProperty<Optional<StepForm>> selected = new SimpleObjectProperty<>(Optional.empty());
    private final IntegerProperty revision = new SimpleIntegerProperty();
    private String base = "";

    RecipeForm() {
        name.subscribe(_ -> changed());
        load(Recipes.named("static-int8"));
    }

    private void changed() {
        revision.set(revision.get() + 1);
    }

    /// Takes a recipe.
    public void load(Recipe recipe) {
        steps.clear();
        recipe.steps().forEach(s -> steps.add(watched(StepForm.of(s))));
        base = recipe.name();
        name.set(recipe.name());
        // the one with most to say
        selected.set(steps.stream().max(Comparator.comparingInt(s -> s.options().size())));
        changed();
    }

    private StepForm watched(StepForm step) {
        step.options().forEach(o -> o.text().subscribe((_, _) -> edited()));
        return step;
    }

    /// What no longer is the preset must not be called so.
    private void edited() {
        if (name.get().equals(base) && Recipes.PRESETS.contains(base)) {
            name.set(base + "-mine");
        }
        changed();
    }

    /// Adds a pass at the end.
    public void add(String pass) {
        StepForm step = watched(StepForm.of(Step.of(pass)));
        steps.add(step);
        selected.set(Optional.of(step));
        edited();
    }

    /// Takes a step out.
    public void remove(StepForm step) {
        int index = steps.indexOf(step);
        steps.remove(step);
        if (selected.get().filter(step::equals).isPresent()) {
            selected.set(steps.isEmpty()
                    ? Optional.empty()
                    : Optional.of(steps.get(Math.clamp(index, 0, steps.size() - 1))));
        }
        edited();
    }

    /// Moves a step up or down.
    ///
    /// @param by -1 or 1; nothing happens at the ends
    public void move(StepForm step, int by) {
        int from = steps.indexOf(step);
        int to = from + by;
        if (from >= 0 && to >= 0 && to < steps.size()) {
            Collections.swap(steps, from, to);
            edited();
        }
    }

    /// The recipe; the problems of its options and of their combinations where it is none.
    ///
    /// @throws ProblemException with what is wrong
    public Recipe recipe() {
        List<Problem> problems = new ArrayList<>();
        if (name.get().isBlank()) {
            problems.add(Problem.error("recipe-name", "", "the recipe has no name", "Give it one."));
        }
        List<Step> made = new ArrayList<>();
        for (StepForm step : steps) {
            try {
                Passes.of(step.step());
                made.add(step.step());
            } catch (ProblemException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(problems);
        }
        return new Recipe(name.get().strip(), made);
    }

    /// What is wrong with it as a whole, in one sentence; empty if nothing is.
    public String trouble() {
        try {
            recipe();
            return "";
        } catch (ProblemException e) {
            return e.problems().getFirst().sentence();
        }
    }

    /// The recipe's name.
    public StringProperty name() {
        return name;
    }

    /// The steps, in order.
    public List<StepForm> steps() {
        return List.copyOf(steps);
    }

    /// The step whose options are shown.
    public ObjectProperty<Optional<StepForm>> selected() {
        return selected;
    }

    /// Counts changes.
    public IntegerProperty revision() {
        return revision;
    }
}
