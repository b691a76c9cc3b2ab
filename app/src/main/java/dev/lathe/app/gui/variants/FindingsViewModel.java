package dev.lathe.app.gui.variants;

import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Tied;
import dev.lathe.app.gui.work.Watch;
import dev.lathe.base.Problem;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.search.Sensitivities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleObjectProperty;

/// What is found out about the open model before variants are made of it: what quantizing each layer does, and which
/// channels fall together.
public final class FindingsViewModel {
    private static final String QUANTIZING = "quantize-static";
    private static final String EXCLUDE = "exclude";
    /// Below this span the layers are alike, and none is hot.
    private static final double LEAST_SPAN_DB = 20;

    private final Desk desk;
    private final RecipeForm form;
    private final ObjectProperty<Optional<Finding>> shown = new SimpleObjectProperty<>(Optional.empty());

    /// What was found.
    public sealed interface Finding {}

    /// What quantizing each layer does.
    public record Layers(Sensitivities table) implements Finding {

        /// How hot the damage of a layer is, from 0 for the least of the table to 1 for the most; in proportion to
        /// decibels, of which the scale spans at least 20.
        public double heat(Sensitivities.Layer layer) {
            if (Double.isNaN(layer.signalToNoiseDb())) {
                return 1;
            }
            double[] finite = table.layers().stream().mapToDouble(Sensitivities.Layer::signalToNoiseDb)
                    .filter(Double::isFinite).sorted().toArray();
            if (finite.length == 0) {
                return layer.signalToNoiseDb() > 0 ? 0 : 1;
            }
            double span = Math.max(LEAST_SPAN_DB, finite[finite.length - 1] - finite[0]);
            return Math.clamp((finite[finite.length - 1] - layer.signalToNoiseDb()) / span, 0, 1);
        }
    }

    /// Which channels fall together, and which cannot be cut.
    ///
    /// @param model name of the model
    public record Groups(String model, List<Tied> all) implements Finding {

        /// Copies the list.
        public Groups {
            all = List.copyOf(all);
        }
    }

    FindingsViewModel(Desk desk, RecipeForm form) {
        this.desk = desk;
        this.form = form;
    }

    private static boolean quantizes(StepForm step) {
        return step.info().id().equals(QUANTIZING);
    }

    /// The step that layers are left out of: the chosen one if it quantizes statically, or the first that does.
    private Optional<StepForm> step() {
        return form.selected().get().filter(FindingsViewModel::quantizes)
                .or(() -> form.steps().stream().filter(FindingsViewModel::quantizes).findFirst());
    }

    private static Optional<OptionForm> exclude(StepForm step) {
        return step.options().stream().filter(o -> o.info().name().equals(EXCLUDE)).findFirst();
    }

    /// Why the layers of the open model cannot be ranked, in words; empty if they can.
    public String layersTrouble() {
        if (desk.choices().data().get().isEmpty()) {
            return "It needs data, to learn ranges from and to judge outputs on: choose some on the Model screen.";
        }
        return step().isEmpty()
                ? "It needs a recipe that quantizes statically, such as the preset static-int8."
                : form.trouble();
    }

    /// Whether layers can be ranked now.
    public boolean canRankLayers() {
        return canList() && layersTrouble().isEmpty();
    }

    /// Whether there is a model, and no job.
    public boolean canList() {
        return desk.choices().model().get().isPresent() && !desk.jobs().running().get();
    }

    /// Quantizes each layer alone by the recipe and looks what that does. What the recipe leaves in float is judged as well:
    /// that is how it can be taken back.
    public void rankLayers() {
        Optional<Path> data = desk.choices().data().get();
        if (!canRankLayers() || data.isEmpty()) {
            return;
        }
        Recipe whole = whole(form.recipe());
        find("Ranking the layers of ", model -> watch -> new Layers(
                desk.engine().sensitivities(model, whole, data.get(), watch)));
    }

    private static Recipe whole(Recipe recipe) {
        return new Recipe(recipe.name(), recipe.steps().stream().map(FindingsViewModel::whole).toList());
    }

    private static Step whole(Step step) {
        if (!step.pass().equals(QUANTIZING)) {
            return step;
        }
        SortedMap<String, Object> options = new TreeMap<>(step.options());
        options.remove(EXCLUDE);
        return new Step(step.pass(), options);
    }

    /// Looks which channels of the open model fall together.
    public void listGroups() {
        if (canList()) {
            find("Grouping the channels of ", model -> watch -> new Groups(String.valueOf(model.getFileName()),
                    desk.engine().tied(model, watch)));
        }
    }

    private void find(String title, Function<Path, Function<Watch, Finding>> work) {
        Optional<Path> model = desk.choices().model().get();
        model.ifPresent(file -> desk.jobs().start(title + file.getFileName(), () -> {}, work.apply(file), _ -> {},
                outcome -> {
                    if (outcome instanceof Outcome.Done<Finding>(var finding)
                            && desk.choices().model().get().equals(model)) {
                        shown.set(Optional.of(finding));
                    }
                }));
    }

    /// What excludes a layer: its name. A comma would end the entry, and is any letter instead.
    private static String entry(Sensitivities.Layer layer) {
        return layer.node().replace(',', '?');
    }

    private static boolean covers(String entry, Sensitivities.Layer layer) {
        return Selection.isGlobOf(entry, layer.node()) || Selection.isGlobOf(entry, layer.operator());
    }

    /// Whether the recipe leaves a layer in float: by its name, its operator, or a glob of either.
    public boolean isInFloat(Sensitivities.Layer layer) {
        return step().flatMap(FindingsViewModel::exclude)
                .filter(o -> o.entries().stream().anyMatch(e -> covers(e, layer))).isPresent();
    }

    /// Leaves a layer in float, or no longer: adds its name to what the quantization excludes, or takes it from there.
    public void toggle(Sensitivities.Layer layer) {
        Optional<StepForm> step = step();
        Optional<OptionForm> option = step.flatMap(FindingsViewModel::exclude);
        if (option.isEmpty()) {
            desk.jobs().notify(Problem.warning("recipe-not-static", form.name().get(),
                    "the recipe quantizes nothing statically, so there is nothing to leave " + layer.node() + " out of",
                    "Take the preset static-int8, or add the pass " + QUANTIZING + "."));
            return;
        }
        List<String> entries = new ArrayList<>(option.get().entries());
        if (!entries.remove(entry(layer))) {
            Optional<String> other = entries.stream().filter(e -> covers(e, layer)).findFirst();
            if (other.isPresent()) {
                desk.jobs().notify(Problem.warning("layer-excluded", layer.node(),
                        "it is left in float by " + other.get() + ", which may stand for others too",
                        "Change " + EXCLUDE + " of " + QUANTIZING + "."));
                return;
            }
            entries.add(entry(layer));
        }
        form.selected().set(step);
        option.get().set(entries);
    }

    /// Shows nothing any more.
    public void close() {
        shown.set(Optional.empty());
    }

    /// What is shown.
    public ReadOnlyObjectProperty<Optional<Finding>> shown() {
        return shown;
    }
}
