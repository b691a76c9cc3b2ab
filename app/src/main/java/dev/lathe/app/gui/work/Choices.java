package dev.lathe.app.gui.work;

import dev.lathe.app.engine.AutoOptions;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.Selection;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.TargetRecipes;
import dev.lathe.profile.Target;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import tools.jackson.databind.JsonNode;

/// What the user has chosen so far: the model, the data, and what a variant must hold. Numbers are kept as they were typed.
public final class Choices {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");
    private static final double SHORTEST_BUDGET_S = 1;
    private static final String ORIGINAL = "original";

    private final ObjectProperty<Optional<Path>> model = new SimpleObjectProperty<>(Optional.empty());
    private final ObjectProperty<Optional<Path>> data = new SimpleObjectProperty<>(Optional.empty());
    private final StringProperty sloMs = new SimpleStringProperty("");
    private final StringProperty maxDrop = new SimpleStringProperty("");
    private final StringProperty usdPerHour = new SimpleStringProperty("");
    private final StringProperty budgetS = new SimpleStringProperty("60");
    private final StringProperty threads = new SimpleStringProperty("");
    private final StringProperty target = new SimpleStringProperty(Target.CPU.name());
    private final ObservableList<String> recipes = FXCollections.observableArrayList(Recipes.TRIED);

    /// The options of a run; where its bundle goes is left open.
    ///
    /// @throws ProblemException with every choice that is no number or is out of its range
    public AutoOptions options() {
        List<Problem> problems = new ArrayList<>();
        OptionalDouble slo = number("SLO p99", sloMs, 0, false, problems);
        OptionalDouble drop = number("Accuracy budget", maxDrop, 0, true, problems);
        OptionalDouble price = number("Price", usdPerHour, 0, false, problems);
        OptionalDouble budget = number("Measuring time", budgetS, SHORTEST_BUDGET_S, true, problems);
        OptionalDouble cores = number("Threads", threads, 1, true, problems);
        if (cores.isPresent() && cores.getAsDouble() != Math.rint(cores.getAsDouble())) {
            problems.add(Problem.error("choice-number", "Threads", "'" + threads.get().strip()
                    + "' is no whole number", "Correct it on the Model screen."));
        }
        if (model.get().isEmpty()) {
            problems.add(
                    Problem.error("model-none", "", "no model is open", "Open one with Ctrl+O, or take the sample."));
        }
        if (budget.isEmpty() && problems.isEmpty()) {
            problems.add(Problem.error("choice-missing", "Measuring time", "it is empty",
                    "Give it in seconds, such as 60."));
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(problems);
        }
        return new AutoOptions(model.get().orElseThrow(), new AutoOptions.Data(data.get(), Selection.DEFAULT),
                new AutoOptions.Goals(
                        slo.isPresent() ? OptionalLong.of(Math.round(slo.getAsDouble() * 1e6)) : OptionalLong.empty(),
                        drop, price, Optional.empty()),
                new AutoOptions.Effort(Math.round(budget.orElseThrow() * 1e9),
                        cores.isPresent() ? OptionalInt.of((int) cores.getAsDouble()) : OptionalInt.empty(), recipes),
                new AutoOptions.Output(Optional.empty(), false));
    }

    private static OptionalDouble number(String name, StringProperty text, double least, boolean inclusive,
            List<Problem> problems) {
        String typed = text.get().strip();
        if (typed.isEmpty()) {
            return OptionalDouble.empty();
        }
        try {
            double value = Double.parseDouble(typed.replace(',', '.'));
            if (Double.isFinite(value) && (inclusive ? value >= least : value > least)) {
                return OptionalDouble.of(value);
            }
        } catch (NumberFormatException _) {
            // said below
        }
        problems.add(
                Problem.error("choice-number", name, "'" + typed + "' is no number " + (inclusive ? "of " : "above ")
                        + (least == 0 ? "0" : "1") + (inclusive ? " or more" : ""), "Correct it on the Model screen."));
        return OptionalDouble.empty();
    }

    /// Chooses what a run of the history was asked for, so that running repeats it.
    ///
    /// @param request as the history keeps it
    public void repeat(Path file, JsonNode request) {
        model.set(Optional.of(file));
        data.set(Optional.of(request.path("data")).filter(JsonNode::isString).map(d -> Path.of(d.asString())));
        sloMs.set(text(request.path("sloP99Ns"), 1e-6));
        maxDrop.set(text(request.path("maxDrop"), 1));
        usdPerHour.set(text(request.path("usdPerHour"), 1));
        budgetS.set(text(request.path("plan").path("budgetNs"), 1e-9));
        threads.set(text(request.path("plan").path("session").path("intraOpThreads"), 1));
        JsonNode elsewhere = request.path("plan").path("session").path("elsewhere");
        String device = elsewhere.path("device").asString("");
        target.set(elsewhere.path("provider").asString(Target.CPU.name()) + (device.isEmpty() ? "" : ":" + device));
        List<String> asked = request.path("recipes").valueStream().map(JsonNode::asString).toList();
        recipes.setAll(asked.isEmpty() ? Recipes.TRIED : asked);
    }

    private static String text(JsonNode number, double factor) {
        return number.isNumber()
                ? new BigDecimal(number.asDouble() * factor).round(new MathContext(6)).stripTrailingZeros()
                        .toPlainString()
                : "";
    }

    /// The command line that does the same as running with these choices.
    public String command() {
        StringBuilder line = new StringBuilder("lathe auto");
        line.append(model.get().map(m -> " " + quoted(m.toString())).orElse(" MODEL"));
        data.get().ifPresent(d -> line.append(" --data ").append(quoted(d.toString())));
        append(line, "--slo-p99", sloMs, "ms");
        append(line, "--max-drop", maxDrop, "");
        append(line, "--price", usdPerHour, "");
        append(line, "--threads", threads, "");
        boolean elsewhere = !target.get().equals(Target.CPU.name());
        if (elsewhere) {
            line.append(" --target ").append(quoted(target.get()));
        }
        // without them the command line tries what is worth trying on the target, which may be something else
        if (elsewhere || !recipes.equals(Recipes.TRIED)) {
            line.append(" --recipes ").append(quoted(String.join(",", recipes)));
        }
        append(line, "--budget", budgetS, "s");
        return line.toString();
    }

    private static void append(StringBuilder line, String option, StringProperty text, String unit) {
        String typed = text.get().strip().replace(',', '.');
        if (!typed.isEmpty()) {
            line.append(' ').append(option).append(' ').append(quoted(typed + unit));
        }
    }

    /// Takes a recipe in or leaves it out. Presets keep their order; the original stays, since all is held against it.
    ///
    /// @param recipe a preset's name, or a recipe's file
    public void take(String recipe, boolean isTaken) {
        List<String> wanted = new ArrayList<>(recipes);
        wanted.remove(recipe);
        if (isTaken || recipe.equals(ORIGINAL)) {
            wanted.add(recipe);
        }
        List<String> ordered = new ArrayList<>(Recipes.PRESETS.stream().filter(wanted::contains).toList());
        wanted.stream().filter(r -> !Recipes.PRESETS.contains(r)).forEach(ordered::add);
        recipes.setAll(ordered);
    }

    /// Chooses where the run goes on. Recipes that are still those of the target before give way to those worth trying there.
    ///
    /// @param name of a target, such as `cuda:1`
    public void runOn(String name) {
        boolean untouched = recipes.equals(worthTrying(target.get()));
        target.set(name);
        if (untouched) {
            recipes.setAll(worthTrying(name));
        }
    }

    private static List<String> worthTrying(String name) {
        Target target = Target.named(name);
        return target.isCpu()
                ? Recipes.TRIED
                : TargetRecipes.of(target.provider(), Set.of()).stream().map(TargetRecipes.Advice::recipe).toList();
    }

    /// Text as a shell takes it for one word.
    public static String quoted(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /// The model's file.
    public ObjectProperty<Optional<Path>> model() {
        return model;
    }

    /// A dataset description, or a folder with one.
    public ObjectProperty<Optional<Path>> data() {
        return data;
    }

    /// The bound of the 99th percentile of the latency, in milliseconds; empty for none.
    public StringProperty sloMs() {
        return sloMs;
    }

    /// What may be lost, in points; empty for the default.
    public StringProperty maxDrop() {
        return maxDrop;
    }

    /// The machine's price in dollars an hour; empty to assume a comparable one.
    public StringProperty usdPerHour() {
        return usdPerHour;
    }

    /// The time for measuring, in seconds.
    public StringProperty budgetS() {
        return budgetS;
    }

    /// Threads of the runtime; empty for as many as CPUs may be used.
    public StringProperty threads() {
        return threads;
    }

    /// Where models run, by the target's name; change it with [#runOn].
    public ReadOnlyStringProperty target() {
        return target;
    }

    /// The recipes to try, the original first; change them with [#take].
    public ObservableList<String> recipes() {
        return recipes;
    }
}
