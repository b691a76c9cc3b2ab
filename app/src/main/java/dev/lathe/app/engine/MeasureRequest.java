package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.hardware.CpuSet;
import dev.lathe.hardware.Host;
import dev.lathe.profile.Confinement;
import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.load.Slo;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Grid;
import dev.lathe.profile.sweep.Setup;
import dev.lathe.serving.queue.Batching;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What `measure` and `compare` are asked to do.
///
/// @param models files, named in the grid by [#names(List)] in the same order
/// @param data real samples as queries; random typed ones without it
/// @param grid all combinations; its first setup is what the others are held against
/// @param cells those of the grid that are measured, the first setup's first
/// @param confinement what the workers may use of the machine
/// @param budgetNs time for measuring, in nanoseconds
/// @param queue how queries wait under loads other than single-stream, and what they are promised
public record MeasureRequest(List<Path> models, Optional<Path> data, Grid grid, List<Cell> cells,
        Confinement confinement, long budgetNs, Queue queue) {

    /// How queries wait. A cell's batch is the most that are batched.
    ///
    /// @param maxDelayNs how long the oldest query may wait for others to join its batch, in nanoseconds
    /// @param limit most queries that wait; one more is turned away; no bound if empty
    /// @param slo the promise whose highest rate is searched for each setup; none if empty
    public record Queue(long maxDelayNs, OptionalInt limit, Optional<Slo> slo) {
        /// No delay, no bound, no promise.
        public static final Queue NONE = new Queue(0, OptionalInt.empty(), Optional.empty());

        Batching batching(int maxBatch) {
            return new Batching(maxBatch, List.of(), maxDelayNs, limit, OptionalLong.empty());
        }
    }

    /// Copies the lists.
    public MeasureRequest {
        models = List.copyOf(models);
        cells = List.copyOf(cells);
        if (cells.isEmpty()) {
            throw new IllegalArgumentException("no cell is chosen");
        }
    }

    /// Every cell of a grid.
    public static MeasureRequest whole(List<Path> models, Optional<Path> data, Grid grid, Confinement confinement,
            long budgetNs) {
        return new MeasureRequest(models, data, grid, grid.cells(), confinement, budgetNs, Queue.NONE);
    }

    /// The same with these cells alone.
    public MeasureRequest only(List<Cell> chosen) {
        return new MeasureRequest(models, data, grid, chosen, confinement, budgetNs, queue);
    }

    /// The same with queries that wait like this.
    public MeasureRequest queued(Queue other) {
        return new MeasureRequest(models, data, grid, cells, confinement, budgetNs, other);
    }

    /// Names of models: their files', made different where two are alike.
    public static List<String> names(List<Path> models) {
        List<String> names = new ArrayList<>();
        for (Path model : models) {
            String name = model.getFileName().toString().replaceFirst("\\.onnx$", "");
            String free = name;
            for (int i = 2; names.contains(free); i++) {
                free = name + " (" + i + ")";
            }
            names.add(free);
        }
        return names;
    }

    Path model(Setup setup) {
        return models.get(grid.variants().indexOf(setup.variant()));
    }

    /// Reads what other files a load needs.
    ///
    /// @throws dev.lathe.base.ProblemException if a trace of arrivals cannot be read, naming file and line
    void requireLoads() {
        grid.scenarios().forEach(scenario -> {
            if (scenario instanceof Scenario.Server(Arrivals arrivals)) {
                arrivals.times().nextNs();
            }
        });
    }

    /// What stands against it here: CPUs that do not exist are errors, more threads than CPUs a warning.
    ///
    /// @param usableCpus CPUs that may be kept busy
    public List<Problem> check(Host host, int usableCpus) {
        List<Problem> problems = new ArrayList<>(
                confinement.cpus().map(cpus -> cpus.check(host)).orElse(List.of()));
        int cpus = confinement.cpus().map(CpuSet::cpus).map(c -> c.size()).orElse(usableCpus);
        int most = cells.stream().mapToInt(cell -> cell.setup().busyThreads()).max().orElse(1);
        if (most > cpus) {
            problems.add(Problem.warning("more-threads-than-cpus", "",
                    most + " threads share " + cpus + (cpus == 1 ? " CPU" : " CPUs")
                            + ", so they wait for one another",
                    "Read these cells as what happens when a machine is crowded, or choose fewer --threads or"
                            + " --instances."));
        }
        return problems;
    }
}
