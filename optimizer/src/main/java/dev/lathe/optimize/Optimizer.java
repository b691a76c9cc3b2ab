package dev.lathe.optimize;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Sha256;
import dev.lathe.graph.GraphCheck;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.graph.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// Runs recipes. What it writes was accepted by the official checker and loaded by the runtime; there is never a broken file.
public final class Optimizer {
    /// Enters every variant's id; raised whenever the same recipe makes other bytes.
    public static final String VERSION = "3";

    private Optimizer() {}

    /// The model a variant is made of.
    ///
    /// @param model as read
    /// @param file where it was read
    /// @param sha256 hash of that file (its external data not included)
    public record Parent(Model model, Path file, String sha256) {

        /// Reads and hashes a file.
        ///
        /// @throws ProblemException if it is no readable model
        public static Parent read(Path file) {
            Model model = OnnxReader.read(file);
            return new Parent(model, file, Sha256.ofFile(file));
        }
    }

    /// Everything that would decide the bytes of the variant that this recipe makes: known before it is made.
    ///
    /// @throws ProblemException if a pass or an option does not exist
    public static Provenance provenance(Parent parent, Recipe recipe, PassContext context) {
        return new Provenance(parent.sha256(), recipe.canonical(),
                context.calibration().map(Calibration::hash).orElse(""),
                context.target().capabilityKey(), VERSION);
    }

    /// Makes a variant and writes it.
    ///
    /// @param out the file to write; replaced if it exists
    /// @throws ProblemException if the model is unsound or the variant cannot be made, with the reasons; nothing is written
    /// @throws java.util.concurrent.CancellationException if the job was cancelled; nothing is written then
    public static Variant run(Parent parent, Recipe recipe, PassContext context, Path out) {
        Provenance provenance = provenance(parent, recipe, context);
        List<Pass> passes = recipe.steps().stream().map(Passes::of).toList();
        List<StepReport> reports = new ArrayList<>();
        Model model = parent.model();
        Model exact = model;
        boolean isExact = true;
        List<Model> made = new ArrayList<>(List.of(model));
        ProblemException.throwErrors(GraphCheck.check(model, parent.file().toString()));
        for (Pass pass : passes) {
            context.cancellation().throwIfCancelled();
            String id = pass.info().id();
            context.progress()
                    .progress(Progress.of(recipe.name() + ": " + id, (double) reports.size() / passes.size()));
            ProblemException.throwErrors(pass.check(model, context.target()));
            PassOutcome outcome = pass.apply(model, context.after(exact));
            ProblemException.throwErrors(outcome.problems());
            reports.add(new StepReport(id, outcome.changes(), outcome.problems()));
            isExact &= pass.info().fidelity() != PassInfo.Fidelity.APPROXIMATE;
            exact = isExact ? outcome.model() : exact;
            model = outcome.model();
            made.add(model);
        }
        if (passes.isEmpty()) {
            copy(parent, out);
        } else {
            Model finished = provenance.on(model);
            context.cancellation().throwIfCancelled();
            new Acceptance(recipe, made, context).accept(finished);
            context.cancellation().throwIfCancelled();
            OnnxWriter.write(finished, out);
        }
        context.progress().progress(Progress.of(recipe.name() + ": written", 1));
        return new Variant(provenance.id(), recipe, out, Variant.sizeBytes(out), reports, provenance);
    }

    /// The original stays the file it is, unless its weights lie in other files.
    private static void copy(Parent parent, Path out) {
        boolean external = parent.model().graph().initializers().values().stream()
                .anyMatch(t -> t instanceof TensorData.Mapped mapped && mapped.external().isPresent());
        if (external) {
            OnnxWriter.write(parent.model(), out);
            return;
        }
        Path part = out.resolveSibling(out.getFileName() + ".part");
        try {
            Files.copy(parent.file(), part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, out, StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(part);
            throw new ProblemException(Problem.error("file-unwritable", out.toString(),
                    "the model cannot be written (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")",
                    "Check that the folder exists, that you may write to it, and that the disk has room."), e);
        }
    }

    private static void discard(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException _) {
            // the first error is the one to report
        }
    }
}
