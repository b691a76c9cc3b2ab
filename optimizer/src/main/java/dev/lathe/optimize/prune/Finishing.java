package dev.lathe.optimize.prune;

import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Carries out what was decided: cuts, lets layers make up for it, and says what was done and what it costs.
final class Finishing implements AutoCloseable {
    private static final int DAMAGE_SAMPLES = 64;

    private final Model model;
    private final DependencyGraph dependencies;
    private final PassContext context;
    private final PruningRequest request;
    private final CostModel macs;
    private final boolean holdsBack;
    private final Optional<Calibration> calibration;
    /// Opened once, for it runs the original.
    private final Optional<OutputDamage> damage;

    /// @param holdsBack whether the error is to be that on samples that no weight was fitted to
    Finishing(Model model, DependencyGraph dependencies, PassContext context, PruningRequest request, CostModel macs,
            boolean holdsBack) {
        this.model = model;
        this.dependencies = dependencies;
        this.context = context;
        this.request = request;
        this.macs = macs;
        this.calibration = context.calibration().filter(c -> c.count() > 0);
        HeldBack held = calibration.map(c -> HeldBack.of(c, request.samples())).orElseGet(() -> new HeldBack(0, 0));
        this.holdsBack = holdsBack && held.isAny();
        this.damage = calibration.filter(_ -> holdsBack || request.recovery()).map(c -> new OutputDamage(model, context,
                c, this.holdsBack ? held.samples() : held.all(), DAMAGE_SAMPLES));
    }

    /// What came of it.
    ///
    /// @param outcome the pruned model
    /// @param error of the outputs, as a part of what they vary by; 0 where nothing was cut or measured
    record Finished(PassOutcome outcome, double error) {}

    /// Cuts so many channels of each group.
    ///
    /// @param wanted the part of all multiply-accumulates that should go
    Finished of(Map<ChannelGroup, Integer> chosen, Map<ChannelGroup, Ranking> rankings, Collection<ChannelGroup> groups,
            double wanted) {
        Set<Integer> gone = new HashSet<>();
        chosen.forEach((group, cut) -> gone
                .addAll(Objects.requireNonNull(rankings.get(group)).units().subList(0, cut)));
        if (gone.isEmpty()) {
            return new Finished(PassOutcome.unchanged(model), 0);
        }
        Model cut = ChannelCut.cut(model, dependencies, gone);
        Model pruned = cut;
        List<PassOutcome.Change> changes = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        double removed = 1 - macs.left(chosen) / macs.all();
        changes.add(new PassOutcome.Change(gone.size(), "channels cut of "
                + chosen.keySet().stream().mapToInt(ChannelGroup::width).sum() + " in " + chosen.size() + " groups"));
        changes.add(new PassOutcome.Change(Math.round(100 * removed), "% of the multiply-accumulates removed"));
        double error = damage.map(d -> d.of(cut)).orElse(0.0);
        if (calibration.isPresent() && request.recovery()) {
            Recovery.Result result = new Recovery(model, dependencies, gone, context)
                    .recover(cut, calibration.get(), request.samples(), holdsBack);
            pruned = result.model();
            changes.add(new PassOutcome.Change(result.fitted(), "layers fitted to make up for it"));
            double before = error;
            Model fitted = pruned;
            error = damage.map(d -> d.of(fitted)).orElse(0.0);
            problems.add(PruningProblems.damage(before, error, damage.map(OutputDamage::size).orElse(0), holdsBack));
        }
        if (calibration.isEmpty()) {
            problems.add(PruningProblems.noData());
        }
        if (removed < wanted - 0.005) {
            problems.add(PruningProblems.shortOf(removed, wanted));
        }
        problems.add(PruningProblems.narrowed(groups.stream().filter(chosen::containsKey)
                .map(g -> g.name() + " " + (g.width() - chosen.getOrDefault(g, 0)) + " of " + g.width())
                .collect(Collectors.joining(", "))));
        if (!dependencies.frozen().isEmpty()) {
            problems.add(PruningProblems.frozen(dependencies.frozen()));
        }
        return new Finished(new PassOutcome(PrunedMark.on(pruned, PruningProblems.percent(removed)), changes, problems),
                error);
    }

    @Override
    public void close() {
        damage.ifPresent(OutputDamage::close);
    }
}
