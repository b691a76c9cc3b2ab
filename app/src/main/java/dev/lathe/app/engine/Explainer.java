package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunFilter;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.RunSummary;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.graph.Model;
import dev.lathe.graph.inspect.Macs;
import dev.lathe.graph.inspect.Sizes;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.explain.Structure;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.operators.OperatorProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The part of an explanation that needs no run: each model is opened once by the runtime, which writes the graph it made.
final class Explainer {
    private final LaboratoryProcess laboratory;
    private final PassContext context;
    private final Map<Path, Reading<Long>> macs = new HashMap<>();

    Explainer(LaboratoryProcess laboratory, OptimizationTarget target, Scratch scratch, JobContext job) {
        this.laboratory = laboratory;
        this.context = new PassContext(laboratory, Optional.empty(), target, scratch.folder(), Progress.Listener.NONE,
                job.cancellation());
    }

    /// @param name of the variant
    /// @param parent the model it was made of, if that is known
    Explanation explain(String name, Path file, Optional<Path> parent) {
        Reading<Structure> structure;
        try {
            Model model = Workbench.open(file);
            structure = laboratory.executed(file).map(executed -> Structure.of(model.graph(), executed.graph()));
        } catch (ProblemException e) {
            structure = Reading.unknown(e.problems().getFirst().what());
        }
        return new Explanation(name, structure, savings(file, parent), Optional.empty());
    }

    /// @param models the variant, then its parent
    static Explanation.Times times(List<Path> models, List<OperatorProfile> profiles) {
        return new Explanation.Times(profiles.getLast().times().plain(), profiles.getFirst().times().plain(),
                Profiling.compareProfiles(models, profiles));
    }

    static Optional<Path> parentOf(Path variant, RunStore store) {
        return Optional.ofNullable(Workbench.open(variant).metadata().properties().get("lathe.parent"))
                .flatMap(hash -> store.summaries(new RunFilter(Optional.of(hash), Optional.empty(), Optional.empty(),
                        Optional.empty())).stream().map(RunSummary::model).distinct()
                        .filter(f -> Files.isRegularFile(f) && Sha256.ofFile(f).equals(hash)).findFirst());
    }

    private Explanation.Savings savings(Path file, Optional<Path> parent) {
        long size = Workbench.sizeBytes(file);
        return new Explanation.Savings(parent.map(p -> String.valueOf(p.getFileName())), size,
                parent.map(Workbench::sizeBytes).orElse(size), macs(file),
                parent.map(this::macs).orElseGet(() -> Reading.unknown("no parent was given")));
    }

    private Reading<Long> macs(Path file) {
        return macs.computeIfAbsent(file, this::count);
    }

    private Reading<Long> count(Path file) {
        try {
            Sizes sizes = Sizes.ofBatch(1);
            Model model = Workbench.open(file);
            return Macs.of(model, Workbench.withShapes(sizes.bind(model), context), sizes).total();
        } catch (ProblemException e) {
            return Reading.unknown(e.problems().getFirst().what());
        }
    }
}
