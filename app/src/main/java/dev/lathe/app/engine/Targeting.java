package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.TargetRecipes;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Target;
import dev.lathe.profile.operators.OperatorProfiler;
import dev.lathe.profile.operators.Placement;
import dev.lathe.profile.target.TargetProbe;
import dev.lathe.profile.target.Targets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;

/// Where models run: what there is to run on, what of it was chosen, and where nodes ended up.
public final class Targeting {
    /// Code of the caveat that some nodes did not run on the target asked for.
    public static final String FALLBACK = "fallback";

    private final Workbench workbench;
    private Target wanted = Target.CPU;

    Targeting(Workbench workbench) {
        this.workbench = workbench;
    }

    /// What can be measured here, what cannot, and why. Starts the runtimes, and runs a small model on all they offer.
    ///
    /// @param libraries plugin libraries to load first: files by names
    /// @param options what execution providers are told
    public Targets targets(SortedMap<String, String> libraries, SortedMap<String, String> options, JobContext job) {
        try (Scratch scratch = workbench.scratch()) {
            return Targets.look(workbench.detection(), probe(scratch, job), libraries, options);
        }
    }

    private TargetProbe probe(Scratch scratch, JobContext job) {
        return new TargetProbe(workbench.workers(scratch), job.cancellation());
    }

    /// Runs models on this target from now on; holds for all verbs. Those that sweep name their targets in the grid.
    ///
    /// @throws ProblemException `not-available` if nothing runs on it here, with its weakest link and the remedy
    public void runOn(Target wanted, JobContext job) {
        require(wanted, job);
        use(wanted);
    }

    /// The same with a target that was found to work.
    void use(Target wanted) {
        this.wanted = wanted;
    }

    /// Refuses a target that nothing runs on here.
    ///
    /// @throws ProblemException `not-available` with the weakest link and the remedy, or `provider-unknown`
    public void require(Target wanted, JobContext job) {
        if (wanted.isCpu()) {
            return;
        }
        try (Scratch scratch = workbench.scratch()) {
            TargetProbe probe = probe(scratch, job);
            try {
                Placement placement = probe.run(wanted);
                if (placement.placed() == 0) {
                    throw Problem.error("not-available", wanted.name(),
                            "it ran a probe model and took none of its " + placement.nodes() + " nodes",
                            "Look whether the provider needs other --ep-option.").toException();
                }
            } catch (ProblemException e) {
                if (e.problems().stream().noneMatch(p -> p.code().equals("not-available"))) {
                    throw e;
                }
                throw Targets.look(workbench.detection(), probe, wanted.libraries(), wanted.options()).against(wanted)
                        .map(Problem::toException).orElse(e);
            }
        }
    }

    /// What models run on now.
    Target wanted() {
        return wanted;
    }

    /// What variants are made for.
    OptimizationTarget optimization() {
        return wanted.isCpu()
                ? new OptimizationTarget(workbench.machine().capabilityKey(), workbench.machine().hasInt8DotProduct())
                : OptimizationTarget.elsewhere(wanted.provider());
    }

    /// Recipes worth trying on the target that models run on, the original first.
    public List<String> recipes() {
        Set<String> capabilities = workbench.machine().hasInt8DotProduct()
                ? Set.of(TargetRecipes.INT8_DOT_PRODUCT)
                : Set.of();
        return TargetRecipes.of(wanted.provider(), capabilities).stream().map(TargetRecipes.Advice::recipe).toList();
    }

    /// The whole way on several targets, one after the other, and the bundle of the fastest winner.
    ///
    /// @param options what is asked for on a target; called when models run on it, so that [#recipes] are its own
    /// @throws ProblemException if one of the targets cannot be measured; nothing was measured then
    public AcrossTargets auto(List<Target> targets, Function<Target, AutoOptions> options, JobContext job) {
        return AcrossTargets.run(workbench, targets, options, job);
    }

    /// Where the nodes of a model run, and what figures on a target hold, as caveats; none on the processor.
    List<Problem> placement(Path model, String name, SessionSettings session, Path queries, Scratch scratch,
            JobContext job) {
        if (session.elsewhere().isEmpty()) {
            return List.of();
        }
        List<Problem> caveats = new ArrayList<>();
        String where = name + " on " + session.target().name();
        caveats.add(Problem.note("host-copies", session.target().name(),
                "times include copying inputs and outputs between the machine's memory and the device's"));
        try {
            Placement placement = new OperatorProfiler(workbench.workers(scratch), job.cancellation())
                    .place(new OperatorProfiler.Subject(model, queries, "queries"), session);
            caveats.add(placement.fellBack()
                    ? Problem.warning(FALLBACK, where, placement.words(),
                            "Look at them with `lathe profile`, or refuse this with --fail-on-fallback.")
                    : Problem.note("placement", where, placement.words()));
        } catch (ProblemException e) {
            Problem first = e.problems().getFirst();
            caveats.add(Problem.warning("placement-unknown", where, "it is not known where its nodes run ("
                    + first.what() + ")", first.remedy()));
        }
        return caveats;
    }
}
