package dev.lathe.app.gui.measure;

import dev.lathe.app.gui.work.Choices;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Target;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Grid;
import dev.lathe.profile.sweep.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// What the sides of the grid are, as typed, and what is wrong with it.
public final class GridForm {
    private static final double SHORTEST_S = 1;
    private static final double NS = 1e9;

    private final BooleanProperty byClients = new SimpleBooleanProperty();
    private final StringProperty batches = new SimpleStringProperty("1,4,16");
    private final StringProperty clients = new SimpleStringProperty("1,4,16");
    private final StringProperty mostBatched = new SimpleStringProperty("1");
    private final StringProperty threads = new SimpleStringProperty("");
    private final StringProperty instances = new SimpleStringProperty("1");
    private final StringProperty budgetS = new SimpleStringProperty("60");
    private final ObservableList<String> targets = FXCollections.observableArrayList(Target.CPU.name());
    private final ReadOnlyStringWrapper trouble = new ReadOnlyStringWrapper("");

    /// A column of the grid: how many samples a query has, or how many clients ask at the same time.
    ///
    /// @param batch samples a query; under clients the most that are batched together
    /// @param scenario who asks when
    public record Column(int batch, Scenario scenario) {
        /// Its number: the batch size, or the clients.
        public int number() {
            return scenario instanceof Scenario.Concurrency(int count, int _) ? count : batch;
        }

        /// What stands above it.
        public String words() {
            return scenario instanceof Scenario.Concurrency(int count, int _)
                    ? count == 1 ? "1 client" : count + " clients"
                    : "batch " + batch;
        }

        /// Its cell in the row of a setup.
        public Cell cell(Setup setup) {
            return new Cell(setup, batch, scenario);
        }
    }

    /// The columns, from the fewest.
    public static List<Column> columns(Grid grid) {
        return grid.scenarios().stream().flatMap(s -> grid.batches().stream().map(b -> new Column(b, s))).toList();
    }

    /// Calls when something typed or chosen has changed.
    void onChange(Runnable changed) {
        byClients.subscribe(_ -> changed.run());
        Stream.of(batches, clients, mostBatched, threads, instances, budgetS).forEach(p -> p.subscribe(
                _ -> changed.run()));
        targets.subscribe(changed);
    }

    /// The grid of models of these names; empty without models, or while something typed is wrong: then [#trouble] says what.
    ///
    /// @param usableCpus threads where none are typed
    Optional<Grid> grid(List<String> models, int usableCpus) {
        List<String> wrong = new ArrayList<>();
        List<Integer> sizes = byClients.get()
                ? numbers("Batched up to", mostBatched, wrong)
                : numbers("Batch sizes", batches, wrong);
        List<Integer> many = byClients.get() ? numbers("Clients", clients, wrong) : List.of();
        List<Integer> cores = threads.get().isBlank() ? List.of(usableCpus) : numbers("Threads", threads, wrong);
        List<Integer> copies = numbers("Instances", instances, wrong);
        if (byClients.get() && sizes.size() > 1) {
            wrong.add("Batched up to: give one number");
        }
        if (budgetNs() == 0) {
            wrong.add("Time: give it in seconds, such as 60");
        }
        trouble.set(String.join("; ", wrong));
        if (models.isEmpty() || !wrong.isEmpty()) {
            return Optional.empty();
        }
        List<SessionSettings> sessions = targets.stream().map(Target::named)
                .flatMap(t -> Grid.Options.threads(cores).settings().stream().map(s -> s.on(t))).toList();
        List<Scenario> loads = byClients.get()
                ? many.stream().sorted().<Scenario>map(Scenario.Concurrency::synchronous).toList()
                : List.of(new Scenario.SingleStream());
        return Optional.of(new Grid(models, sessions, copies, sizes, loads));
    }

    private static List<Integer> numbers(String name, StringProperty text, List<String> wrong) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : text.get().split(",", -1)) {
            try {
                int number = Integer.parseInt(part.strip());
                if (number < 1) {
                    throw new NumberFormatException(part);
                }
                numbers.add(number);
            } catch (NumberFormatException _) {
                wrong.add(String.format(Locale.ROOT, "%s: '%s' is no whole number above 0", name, part.strip()));
            }
        }
        return numbers;
    }

    /// The time for measuring in nanoseconds; 0 if what is typed is none.
    long budgetNs() {
        try {
            double seconds = Double.parseDouble(budgetS.get().strip().replace(',', '.'));
            return Double.isFinite(seconds) && seconds >= SHORTEST_S ? Math.round(seconds * NS) : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /// The options of `lathe measure` that say the same.
    String options() {
        StringBuilder line = new StringBuilder();
        if (byClients.get()) {
            Stream<String> loads = Stream.of(clients.get().split(",", -1)).map(c -> "concurrency:" + c.strip());
            line.append(" --scenario ").append(Choices.quoted(String.join(",", loads.toList())));
        }
        option(line, "--batch", byClients.get() ? mostBatched : batches);
        option(line, "--threads", threads);
        option(line, "--instances", instances);
        if (!targets.equals(List.of(Target.CPU.name()))) {
            line.append(" --target ").append(Choices.quoted(String.join(",", targets)));
        }
        return line.append(" --budget ").append(Choices.quoted(budgetS.get().strip() + "s")).toString();
    }

    private static void option(StringBuilder line, String name, StringProperty text) {
        if (!text.get().isBlank()) {
            line.append(' ').append(name).append(' ').append(Choices.quoted(text.get().replace(" ", "")));
        }
    }

    /// Runs on a target too, or no longer; one stays.
    public void target(String name, boolean isWanted) {
        List<String> wanted = new ArrayList<>(targets);
        wanted.remove(name);
        if (isWanted) {
            wanted.add(name);
        }
        targets.setAll(wanted.isEmpty() ? List.of(Target.CPU.name()) : wanted);
    }

    /// Whether the columns are clients that ask at the same time, in place of batch sizes.
    public BooleanProperty byClients() {
        return byClients;
    }

    /// Batch sizes, as typed.
    public StringProperty batches() {
        return batches;
    }

    /// Numbers of clients, as typed.
    public StringProperty clients() {
        return clients;
    }

    /// The most queries of clients that are batched together, as typed.
    public StringProperty mostBatched() {
        return mostBatched;
    }

    /// Threads of the runtime, as typed; empty for as many as CPUs may be used.
    public StringProperty threads() {
        return threads;
    }

    /// Sessions at the same time, as typed.
    public StringProperty instances() {
        return instances;
    }

    /// The time for measuring in seconds, as typed.
    public StringProperty budgetS() {
        return budgetS;
    }

    /// Where models run, by the targets' names; change them with [#target].
    public ObservableList<String> targets() {
        return targets;
    }

    /// What is wrong with what was typed; empty if nothing is.
    public ReadOnlyStringProperty trouble() {
        return trouble.getReadOnlyProperty();
    }
}
