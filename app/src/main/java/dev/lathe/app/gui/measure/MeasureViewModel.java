package dev.lathe.app.gui.measure;

import dev.lathe.app.chart.Whiskers;
import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.gui.work.Choices;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Happening;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.profile.Block;
import dev.lathe.profile.Confinement;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Grid;
import dev.lathe.profile.sweep.Setup;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import tools.jackson.databind.JsonNode;

/// A grid of models by batch size or clients: ticks cells, says how long they take, measures them and fills them.
public final class MeasureViewModel {
    private final Desk desk;
    private final GridForm form = new GridForm();
    private final ObjectProperty<Optional<Grid>> grid = new SimpleObjectProperty<>(Optional.empty());
    private final Set<Cell> left = new HashSet<>();
    private final Map<Cell, CellState> states = new HashMap<>();
    private final ObjectProperty<Stage> stage = new SimpleObjectProperty<>(Stage.EMPTY);
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();
    private final ObservableList<Problem> caveats = FXCollections.observableArrayList();
    private final IntegerProperty revision = new SimpleIntegerProperty();
    private final Profiling profiling = new Profiling();
    private final SweepCharts charts = new SweepCharts();
    private final ObjectProperty<Optional<String>> reopened = new SimpleObjectProperty<>(Optional.empty());

    /// A screen for the model that is open on the desk.
    public MeasureViewModel(Desk desk) {
        this.desk = desk;
        desk.choices().model().subscribe(_ -> forget());
        form.onChange(this::arrange);
        desk.sides().all().subscribe(this::arrange);
        desk.targets().subscribe(_ -> drawn());
        charts.batch().subscribe(_ -> drawn());
        arrange();
    }

    private void forget() {
        reopened.set(Optional.empty());
        states.clear();
        left.clear();
        charts.clear();
        caveats.clear();
        profiling.clear();
        arrange();
    }

    /// Shows a run of the history: its grid, its figures and its queries, to be read and not to be changed.
    ///
    /// @param run its name
    /// @param blocks what it measured
    /// @return whether it has cells to show
    public boolean reopen(String run, JsonNode result, List<Block> blocks) {
        Optional<StoredGrid> stored = StoredGrid.of(result);
        stored.ifPresent(found -> {
            forget();
            problems.clear();
            reopened.set(Optional.of(run));
            grid.set(Optional.of(found.grid()));
            states.putAll(found.states());
            found.grid().cells().stream().filter(c -> !found.states().containsKey(c)).forEach(left::add);
            blocks.forEach(charts::add);
            warn(result);
            stage.set(Stage.FULL);
            drawn();
        });
        return stored.isPresent();
    }

    /// The run of the history that is shown, if one is: then nothing can be ticked or run.
    public ReadOnlyObjectProperty<Optional<String>> reopened() {
        return reopened;
    }

    private void arrange() {
        if (reopened.get().isPresent()) {
            drawn();
            return;
        }
        grid.set(form.grid(desk.sides().names(),
                desk.sides().all().isEmpty() ? 1 : desk.engine().machine().usableCpus()));
        if (!desk.jobs().running().get() && stage.get() != Stage.FAILED) {
            stage.set(desk.sides().all().isEmpty() ? Stage.EMPTY : Stage.FULL);
        }
        drawn();
    }

    private void drawn() {
        revision.set(revision.get() + 1);
    }

    /// Whether a cell is to be measured.
    public boolean isTicked(Cell cell) {
        return !left.contains(cell);
    }

    /// Ticks cells or leaves them out.
    public void tick(List<Cell> cells, boolean isTicked) {
        if (isTicked) {
            cells.forEach(left::remove);
        } else {
            left.addAll(cells);
        }
        drawn();
    }

    private List<Cell> ticked() {
        return grid.get().map(g -> g.cells().stream().filter(this::isTicked).toList()).orElse(List.of());
    }

    private Optional<MeasureRequest> request() {
        List<Cell> cells = ticked();
        return grid.get().filter(_ -> !cells.isEmpty() && reopened.get().isEmpty())
                .map(g -> MeasureRequest.whole(desk.sides().files(),
                        desk.choices().data().get(), g, Confinement.NONE, form.budgetNs()).only(cells));
    }

    /// What the Run button says: how many cells, and how long they take at most.
    public String promise() {
        if (reopened.get().isPresent()) {
            return "Read only";
        }
        int count = ticked().size();
        return "Run " + cells(count) + request().map(r -> {
            try {
                return " · at most " + duration(desk.engine().predictedNs(r));
            } catch (ProblemException _) {
                return ""; // said when it is run
            }
        }).orElse("");
    }

    private static String cells(int count) {
        return count + (count == 1 ? " cell" : " cells");
    }

    static String duration(long ns) {
        long seconds = Math.max(1, Math.round(ns / 1e9));
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }

    /// Whether there is something to run.
    public boolean canRun() {
        return request().isPresent() && !desk.jobs().running().get();
    }

    /// Measures the ticked cells.
    public void run() {
        request().ifPresent(request -> desk.jobs().start("Measuring " + cells(request.cells().size()), () -> {
            problems.clear();
            caveats.clear();
            charts.clear();
            request.cells().forEach(states::remove);
            stage.set(Stage.WORKING);
            drawn();
        }, watch -> desk.engine().measure(request, watch), this::hear, outcome -> ended(outcome, request)));
    }

    private void hear(List<Happening> all) {
        for (Happening happening : all) {
            switch (happening) {
                case Happening.Timed(var block) -> {
                    charts.add(block);
                    cell(SweepCharts.subject(block), block.key().batch())
                            .ifPresent(c -> states.putIfAbsent(c, new CellState.Measuring()));
                }
                case Happening.Told(var json) -> told(json);
                case Happening.Step _ -> {
                    // the job bar shows it
                }
            }
        }
        drawn();
    }

    private void told(JsonNode json) {
        JsonNode at = json.path("cell");
        if (!at.isObject()) {
            return;
        }
        String event = json.path("event").asString("");
        cell(at).ifPresent(cell -> states.put(cell, switch (event) {
            case "problem" -> new CellState.Failed(json.path("what").asString(""));
            case "cell" -> new CellState.Measuring();
            default -> CellState.of(json);
        }));
    }

    private Optional<Cell> cell(JsonNode at) {
        return grid.get().flatMap(g -> g.cells().stream()
                .filter(c -> c.setup().variant().equals(at.path("variant").asString(""))
                        && c.batch() == at.path("batch").asInt(0)
                        && c.setup().instances() == at.path("instances").asInt(0)
                        && c.setup().session().intraOpThreads() == at.path("threads").asInt(0)
                        && c.setup().session().target().name().equals(at.path("target").asString("cpu"))
                        && c.scenario().text().equals(at.path("scenario").asString("single-stream")))
                .findFirst());
    }

    private Optional<Cell> cell(String name, int batch) {
        return grid.get().flatMap(g -> g.cells().stream()
                .filter(c -> c.isSingleStream() && c.batch() == batch && g.name(c.setup()).equals(name)).findFirst());
    }

    private void ended(Outcome<JsonNode> outcome, MeasureRequest request) {
        states.values().removeIf(s -> s instanceof CellState.Measuring);
        switch (outcome) {
            case Outcome.Done<JsonNode>(var result) -> {
                result.path("cells").forEach(this::told);
                warn(result);
                stage.set(Stage.FULL);
            }
            case Outcome.Cancelled<JsonNode> _ -> stage.set(Stage.FULL);
            case Outcome.Failed<JsonNode>(var what, _) -> {
                problems.setAll(what);
                stage.set(request.cells().stream().anyMatch(states::containsKey) ? Stage.FULL : Stage.FAILED);
            }
        }
        drawn();
    }

    private void warn(JsonNode result) {
        result.path("caveats").forEach(c -> caveats.add(Problem.warning(c.path("code").asString(""),
                c.path("where").asString(""), c.path("what").asString(""), c.path("remedy").asString(""))));
    }

    /// Goes back to the grid from a failure, or from a run of the history.
    public void back() {
        if (reopened.get().isPresent()) {
            forget();
        }
        problems.clear();
        stage.set(desk.sides().all().isEmpty() ? Stage.EMPTY : Stage.FULL);
        drawn();
    }

    /// Profiles the operators of a model of the grid: a short run of its own.
    public void profile(String variant) {
        int index = desk.sides().names().indexOf(variant);
        if (index < 0) {
            return;
        }
        Path model = desk.sides().files().get(index);
        OptionalInt cores = grid.get().map(g -> OptionalInt.of(g.sessions().getFirst().intraOpThreads()))
                .orElse(OptionalInt.empty());
        desk.jobs().start("Profiling " + variant, profiling::clear,
                watch -> desk.engine().profile(model, desk.choices().data().get(), cores, watch), _ -> {},
                outcome -> {
                    if (outcome instanceof Outcome.Done<OperatorProfile> done) {
                        profiling.show(done.value());
                    }
                    drawn();
                });
    }

    /// The command line that does the same.
    public String command() {
        if (reopened.get().isPresent()) {
            return "lathe history show " + reopened.get().get();
        }
        StringBuilder line = new StringBuilder("lathe measure");
        desk.sides().files().forEach(m -> line.append(' ').append(Choices.quoted(m.toString())));
        desk.choices().data().get().ifPresent(d -> line.append(" --data ").append(Choices.quoted(d.toString())));
        boolean whole = grid.get().map(g -> g.cells().stream().allMatch(this::isTicked)).orElse(true);
        return line.append(form.options()).append(whole ? "" : "  # measures every cell of the grid").toString();
    }

    /// Setups by their names, in the grid's order.
    public SequencedMap<String, Setup> setups() {
        SequencedMap<String, Setup> setups = new LinkedHashMap<>();
        grid.get().ifPresent(g -> g.setups().forEach(s -> setups.put(g.name(s), s)));
        return setups;
    }

    /// The columns of the grid.
    public List<GridForm.Column> columns() {
        return grid.get().map(GridForm::columns).orElse(List.of());
    }

    /// Whether the columns are clients that ask at the same time.
    public boolean isByClients() {
        return columns().stream().anyMatch(c -> c.scenario() instanceof Scenario.Concurrency);
    }

    /// Where a cell stands.
    public CellState state(Cell cell) {
        return Objects.requireNonNullElse(states.get(cell), new CellState.Open());
    }

    /// The cell of the highest throughput of all that are measured; none while fewer than two are.
    public Optional<Cell> best() {
        SequencedMap<Cell, Double> rates = new LinkedHashMap<>();
        grid.get().ifPresent(g -> g.cells().forEach(cell -> {
            if (state(cell) instanceof CellState.Done done) {
                done.perSecond().ifPresent(r -> rates.put(cell, r.value()));
            }
        }));
        return rates.size() < 2
                ? Optional.empty()
                : rates.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    /// Samples a second by column.
    public List<Whiskers> throughput() {
        return SweepCharts.throughput(setups(), columns(), this::state, charts);
    }

    /// Samples a second by latency in milliseconds, a point a column.
    public List<Whiskers> rateByLatency() {
        return SweepCharts.rateByLatency(setups(), columns(), this::state);
    }

    /// What the operators of a model take.
    public Profiling profiling() {
        return profiling;
    }

    /// What the charts of queries show.
    public SweepCharts charts() {
        return charts;
    }

    /// What the sides of the grid are.
    public GridForm form() {
        return form;
    }

    /// The grid; empty while there is no model or something typed is wrong.
    public ReadOnlyObjectProperty<Optional<Grid>> grid() {
        return grid;
    }

    /// What the screen shows.
    public ObjectProperty<Stage> stage() {
        return stage;
    }

    /// Why measuring failed.
    public ObservableList<Problem> problems() {
        return problems;
    }

    /// What may have disturbed the figures.
    public ObservableList<Problem> caveats() {
        return caveats;
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
