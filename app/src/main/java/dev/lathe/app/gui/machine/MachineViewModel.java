package dev.lathe.app.gui.machine;

import dev.lathe.app.chart.LoadOverTime;
import dev.lathe.app.chart.Points;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.hardware.Machine;
import dev.lathe.hardware.MachineText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
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
    private final ObservableList<Card> cards = FXCollections.observableArrayList();
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();
    private final Deque<Load> past = new ArrayDeque<>();

    /// A part of the machine.
    public record Card(String title, List<Line> lines) {

        /// Copies the list.
        public Card {
            lines = List.copyOf(lines);
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
                    cards.setAll(cards(MachineText.of(machine)));
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

    /// The lines of `lathe detect`, those of one part together.
    static List<Card> cards(String text) {
        SequencedMap<String, List<Line>> parts = new LinkedHashMap<>();
        for (String title : List.of("Processor", "Memory", "Graphics", "System")) {
            parts.put(title, new ArrayList<>());
        }
        text.lines().forEach(l -> {
            String label = l.substring(0, LABEL_WIDTH).strip();
            String title = switch (label) {
                case "Memory", "Memory limit" -> "Memory";
                case "GPU", "GPU now", "GPU stands", "NPU", "NPU stands" -> "Graphics";
                case "System", "Virtual machine", "Container", "Sources differ", "Trouble" -> "System";
                default -> "Processor";
            };
            parts.computeIfAbsent(title, _ -> new ArrayList<>()).add(new Line(label, l.substring(LABEL_WIDTH)));
        });
        return parts.entrySet().stream().map(e -> new Card(e.getKey(), e.getValue())).toList();
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
