package dev.lathe.app.engine;

import dev.lathe.evaluate.Selection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What `auto` is asked to do.
///
/// @param model the model's file
/// @param data real data, if there is any
/// @param goals what a variant must hold
/// @param effort how much is tried and measured
/// @param output where the bundle goes
public record AutoOptions(Path model, Data data, Goals goals, Effort effort, Output output) {

    /// The same with a part of the time for measuring.
    ///
    /// @param parts how many share it, at least 1
    public AutoOptions sharing(int parts) {
        return new AutoOptions(model, data, goals,
                new Effort(effort.budgetNs() / parts, effort.threads(), effort.recipes()), output);
    }

    /// Real data.
    ///
    /// @param description a dataset description, or a folder with a `dataset.json`
    /// @param selection which samples calibrate and which are evaluated
    public record Data(Optional<Path> description, Selection selection) {}

    /// What a variant must hold.
    ///
    /// @param sloP99Ns bound of the 99th percentile of single-stream latency, in nanoseconds
    /// @param maxDrop bound of the loss, in points (or the metric's own unit); by default 1.0 with labels, 2.0 without
    /// @param usdPerHour the machine's price, if the user knows it
    /// @param instance an instance type of the catalogue to price it as
    public record Goals(OptionalLong sloP99Ns, OptionalDouble maxDrop, OptionalDouble usdPerHour,
            Optional<String> instance) {}

    /// How much is tried and measured.
    ///
    /// @param budgetNs time for measuring, in nanoseconds
    /// @param threads of the runtime; by default as many CPUs as may be used
    /// @param recipes names or files of recipes
    public record Effort(long budgetNs, OptionalInt threads, List<String> recipes) {

        /// Copies the list.
        public Effort {
            recipes = List.copyOf(recipes);
        }
    }

    /// Where the bundle goes.
    ///
    /// @param folder the bundle's folder; by default `lathe-out/<model>-<timestamp>`
    /// @param force whether an existing bundle is replaced, and the closest variant exported where none qualifies
    public record Output(Optional<Path> folder, boolean force) {}
}
