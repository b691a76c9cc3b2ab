package dev.lathe.app.engine;

import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.profile.Target;
import dev.lathe.profile.stats.Estimate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/// `auto` on several targets: each has variants of its own, measured side by side, and a winner; the fastest of the winners
/// is exported. The targets follow one another, so their figures are held against each other as they are, without ratios.
///
/// @param targets in the order asked for
/// @param results what each gave, in the same order
/// @param best index of the target whose winner is fastest among those that hold the accuracy budget and the SLO, or of the
/// closest where none does and exporting is forced; empty where nothing is exported
/// @param alike names of targets whose winners' intervals meet that of the best: not told apart
/// @param bundle the exported bundle, if one was written
public record AcrossTargets(List<Target> targets, List<AutoResult> results, Optional<Integer> best,
        List<String> alike, Optional<Path> bundle) {
    private static final double EXPORTING = 0.99;

    /// Copies the lists.
    public AcrossTargets {
        targets = List.copyOf(targets);
        results = List.copyOf(results);
        alike = List.copyOf(alike);
    }

    /// Runs `auto` on each, then exports.
    ///
    /// @param options what is asked for on a target, whose recipes are its own; called when models run on it
    /// @throws dev.lathe.base.ProblemException if one of the targets cannot be measured; nothing was measured then
    static AcrossTargets run(Workbench workbench, List<Target> targets, Function<Target, AutoOptions> options,
            JobContext job) {
        targets.forEach(target -> workbench.targeting().require(target, job));
        AutoOptions.Output output = options.apply(targets.getFirst()).output();
        List<AutoResult> results = new ArrayList<>();
        for (Target target : targets) {
            workbench.targeting().use(target);
            results.add(workbench.autoUnexported(options.apply(target), part(job, target, results.size(),
                    targets.size())));
        }
        AcrossTargets across = of(targets, results, output.force());
        return new AcrossTargets(targets, results, across.best, across.alike,
                across.best.flatMap(b -> workbench.export(results.get(b).run(), output, quiet(job)).bundle()));
    }

    /// Which of the results is the best; nothing is exported yet.
    static AcrossTargets of(List<Target> targets, List<AutoResult> results, boolean force) {
        Optional<Integer> best = best(results, force);
        return new AcrossTargets(targets, results, best, best.map(b -> alike(targets, results, b)).orElse(List.of()),
                Optional.empty());
    }

    private static JobContext part(JobContext job, Target target, int index, int of) {
        return new JobContext(p -> job.progress().progress(new Progress(target.name() + ": " + p.step(),
                (index + p.fraction()) / of, p.remainingNs())), job.emit(), job.cancellation());
    }

    /// What was told when it was measured is not told again; what exporting adds is.
    private static JobContext quiet(JobContext job) {
        return new JobContext(p -> job.progress().progress(Progress.of("exporting: " + p.step(), EXPORTING)), event -> {
            if (event instanceof WorkbenchEvent.ProblemFound(var problem)
                    && problem.code().equals(BundleStep.LEFT_OUT)) {
                job.emit().accept(event);
            }
        }, job.cancellation());
    }

    /// The row that won on a target.
    public static VariantResult winner(AutoResult result) {
        return result.variant(result.decision().winner()).orElseThrow();
    }

    private static Optional<Estimate> latency(AutoResult result) {
        return winner(result).timed().map(t -> t.latency().medianNs()).flatMap(Reading::toOptional);
    }

    /// The fastest that qualifies; with force, where none does, the fastest of the closest.
    private static Optional<Integer> best(List<AutoResult> results, boolean force) {
        boolean any = results.stream().anyMatch(r -> r.decision().qualifies());
        return IntStream.range(0, results.size()).boxed()
                .filter(i -> any ? results.get(i).decision().qualifies() : force)
                .filter(i -> latency(results.get(i)).isPresent())
                .min(Comparator.comparingDouble(i -> latency(results.get(i)).orElseThrow().value()));
    }

    private static List<String> alike(List<Target> targets, List<AutoResult> results, int best) {
        Estimate least = latency(results.get(best)).orElseThrow();
        return IntStream.range(0, results.size()).filter(i -> i != best && results.get(i).decision().qualifies())
                .filter(i -> latency(results.get(i)).filter(e -> e.interval().low() <= least.interval().high())
                        .isPresent())
                .mapToObj(i -> targets.get(i).name()).toList();
    }

    /// Which target it is, and why, in words.
    public String why() {
        if (best.isEmpty()) {
            return "nothing holds the budget on any target";
        }
        String name = targets.get(best.get()).name();
        return name + ": " + (alike.isEmpty()
                ? "its winner is the fastest"
                : "its winner has the shortest median; not told apart from that on " + String.join(", ", alike));
    }
}
