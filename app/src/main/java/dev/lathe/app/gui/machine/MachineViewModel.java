package dev.lathe.app.gui.machine;

import dev.lathe.app.chart.LoadOverTime;
import dev.lathe.app.chart.Points;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Ladder;
import dev.lathe.hardware.Machine;
import dev.lathe.hardware.MachineText;
import dev.lathe.hardware.Rung;
import dev.lathe.hardware.Standing;
import dev.lathe.profile.target.Targets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// The machine as cards, and its load over the last two minutes.
public final class MachineViewModel {
    /// How many seconds of load are kept.
    public static final int SECONDS = 120;
    private static final int LABEL_WIDTH = 18;

    private final Desk desk;
    private final Supplier<Load> load;
    private final ObjectProperty<Stage> stage = new SimpleObjectProperty<>(Stage.EMPTY);
    private final StringProperty target = new SimpleStringProperty("CPU");
    private final BooleanProperty trying = new SimpleBooleanProperty();
    private final StringProperty trouble = new SimpleStringProperty("");
    private final ObservableList<Card> cards = FXCollections.observableArrayList();
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();
    private final Deque<Load> past = new ArrayDeque<>();

    /// A part of the machine.
    ///
    /// @param steps how far the device stands; none for what is no device
    public record Card(String title, List<Line> lines, List<Step> steps) {

        /// Copies the lists.
        public Card {
            lines = List.copyOf(lines);
            steps = List.copyOf(steps);
        }
    }

    /// A rung of a device's ladder.
    ///
    /// @param words what is known of it
    /// @param state `reached`, `broken` or `untold`
    /// @param remedy what to do; empty where it is reached, or where a lower rung comes first
    public record Step(String rung, String words, String state, String remedy) {

        static List<Step> of(Ladder ladder) {
            Optional<Rung> weakest = ladder.weakest();
            return Arrays.stream(Rung.values()).map(rung -> {
                boolean here = weakest.filter(w -> w == rung).isPresent();
                return switch (ladder.at(rung)) {
                    case Standing.Reached(String what, String _) -> new Step(rung.words(), what, "reached", "");
                    case Standing.Broken(String what, String remedy) ->
                        new Step(rung.words(), what, "broken", here ? remedy : "");
                    case Standing.Untold(String what, String remedy) ->
                        new Step(rung.words(), what, "untold", here ? remedy : "");
                };
            }).toList();
        }

        static String words(Standing standing) {
            return switch (standing) {
                case Standing.Reached(String what, String _) -> what;
                case Standing.Broken(String what, String remedy) -> what + ". " + remedy;
                case Standing.Untold(String what, String remedy) -> what + ". " + remedy;
            };
        }
    }

    /// A fact of it.
    public record Line(String label, String text) {}

    /// Nothing is known yet.
    public MachineViewModel(Desk desk, Supplier<Load> load) {
        this.desk = desk;
        this.load = load;
    }

    /// Looks at the machine.
    public void detect() {
        stage.set(Stage.WORKING);
        desk.runner().aside(desk.engine()::machine, outcome -> {
            switch (outcome) {
                case Outcome.Done<Machine>(var machine) -> {
                    cards.setAll(cards(machine, Ladder::of));
                    int cpus = machine.usableCpus();
                    target.set("CPU · ONNX Runtime · " + cpus + (cpus == 1 ? " thread" : " threads"));
                    stage.set(Stage.FULL);
                }
                case Outcome.Failed<Machine> failed -> {
                    desk.jobs().log(failed);
                    problems.setAll(failed.problems());
                    stage.set(Stage.FAILED);
                }
                case Outcome.Cancelled<Machine> _ -> stage.set(Stage.EMPTY);
            }
        });
    }

    /// Starts the runtimes and runs a small model on all they offer; the cards then show all four rungs.
    public void tryTargets() {
        trying.set(true);
        trouble.set("");
        desk.runner().bench(desk.engine()::targets, new Cancellation(), _ -> {}, outcome -> {
            trying.set(false);
            switch (outcome) {
                case Outcome.Done<Targets>(var found) -> {
                    desk.targets().set(Optional.of(found));
                    cards.setAll(cards(found.detection().machine(), found::ladder));
                    cards.add(targetsCard(found));
                    trouble.set(found.problems().stream().map(Problem::sentence).findFirst().orElse(""));
                }
                case Outcome.Failed<Targets> failed -> {
                    desk.jobs().log(failed);
                    trouble.set(failed.problems().stream().map(Problem::sentence).findFirst().orElse(""));
                }
                case Outcome.Cancelled<Targets> _ -> trouble.set("It was cancelled.");
            }
        });
    }

    private static Card targetsCard(Targets found) {
        List<Line> lines = new ArrayList<>();
        found.entries().stream().filter(e -> e.works() || e.here()).forEach(e -> lines.add(new Line(e.name(),
                e.runtime() + ", " + e.device() + ": " + Step.words(e.state()))));
        return new Card("Targets", lines, List.of());
    }

    /// The lines of `lathe detect`, a card for each device with its ladder.
    static List<Card> cards(Machine machine, Function<Device, Ladder> ladders) {
        List<Line> processor = new ArrayList<>();
        List<Line> memory = new ArrayList<>();
        List<Line> system = new ArrayList<>();
        List<List<Line>> others = new ArrayList<>();
        MachineText.of(machine, ladders).lines().forEach(l -> {
            Line line = new Line(l.substring(0, LABEL_WIDTH).strip(), l.substring(LABEL_WIDTH));
            switch (line.label()) {
                case "Memory", "Memory limit" -> memory.add(line);
                case "GPU", "NPU" -> others.add(new ArrayList<>(List.of(line)));
                case "GPU now", "NPU now" -> others.getLast().add(line);
                case "GPU stands", "NPU stands" -> {
                    // the ladder says it
                }
                case "System", "Virtual machine", "Container", "Sources differ", "Trouble" -> system.add(line);
                default -> processor.add(line);
            }
        });
        List<Card> cards = new ArrayList<>();
        cards.add(new Card("Processor", processor, Step.of(ladders.apply(machine.cpu()))));
        cards.add(new Card("Memory", memory, List.of()));
        List<Device> devices = new ArrayList<>(machine.gpus());
        devices.addAll(machine.npus());
        // without a graphics card there is one line that says so
        int spare = machine.gpus().isEmpty() ? 1 : 0;
        for (int i = 0; i < others.size(); i++) {
            cards.add(i < spare
                    ? new Card("Graphics", others.get(i), List.of())
                    : new Card(Targets.label(devices.get(i - spare)), others.get(i),
                            Step.of(ladders.apply(devices.get(i - spare)))));
        }
        cards.add(new Card("System", system, List.of()));
        return cards;
    }

    /// The sensors that can be read, by name, with their units.
    public SequencedMap<String, String> sensors() {
        SequencedMap<String, String> names = new LinkedHashMap<>();
        if (!past.isEmpty()) {
            past.getLast().sensors().forEach(s -> names.put(s.name(), s.unit()));
        }
        return names;
    }

    /// What a sensor told over the last two minutes; NaN where it was silent.
    public Points sensor(String name) {
        return line(name, load -> load.sensors().stream().filter(s -> s.name().equals(name))
                .mapToDouble(Load.Sensor::value).findFirst().orElse(Double.NaN));
    }

    /// Whether the runtimes are being tried.
    public ReadOnlyBooleanProperty trying() {
        return trying;
    }

    /// Why trying them failed, or what went wrong on the way; empty if nothing did.
    public ReadOnlyStringProperty trouble() {
        return trouble;
    }

    /// Takes a look at the load; called once a second.
    public void look() {
        past.addLast(load.get());
        while (past.size() > SECONDS + 1) {
            past.removeFirst();
        }
    }

    /// How busy the processor was.
    public Points cpu() {
        return line(LoadOverTime.CPU, Load::cpuPercent);
    }

    /// How full the memory was.
    public Points memory() {
        return line(LoadOverTime.MEMORY, Load::memoryPercent);
    }

    private Points line(String name, ToDoubleFunction<Load> value) {
        List<Load> all = List.copyOf(past);
        double[] x = new double[all.size()];
        double[] y = new double[all.size()];
        for (int i = 0; i < all.size(); i++) {
            x[i] = i - (all.size() - 1.0);
            y[i] = value.applyAsDouble(all.get(i));
        }
        return new Points(name, x, y);
    }

    /// Which state the screen is in.
    public ReadOnlyObjectProperty<Stage> stage() {
        return stage;
    }

    /// What models run on, in words.
    public ReadOnlyStringProperty target() {
        return target;
    }

    /// The parts.
    public ObservableList<Card> cards() {
        return cards;
    }

    /// Why the machine could not be looked at.
    public ObservableList<Problem> problems() {
        return problems;
    }
}
