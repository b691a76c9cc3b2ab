package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.hardware.CpuSet;
import dev.lathe.hardware.Host;
import dev.lathe.profile.Confinement;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Grid;
import dev.lathe.profile.sweep.Setup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `measure` and `compare` are asked to do.
///
/// @param models files, named in the grid by [#names(List)] in the same order
/// @param data real samples as queries; random typed ones without it
/// @param grid all combinations; its first setup is what the others are held against
/// @param cells those of the grid that are measured, the first setup's first
/// @param confinement what the workers may use of the machine
/// @param budgetNs time for measuring, in nanoseconds
public record MeasureRequest(List<Path> models, Optional<Path> data, Grid grid, List<Cell> cells,
        Confinement confinement, long budgetNs) {

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
        return new MeasureRequest(models, data, grid, grid.cells(), confinement, budgetNs);
    }

    /// The same with these cells alone.
    public MeasureRequest only(List<Cell> chosen) {
        return new MeasureRequest(models, data, grid, chosen, confinement, budgetNs);
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
