package dev.lathe.app.gui;

import dev.lathe.app.engine.Answers;
import dev.lathe.app.engine.AnswersRequest;
import dev.lathe.app.engine.AutoOptions;
import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.engine.PruningDamage;
import dev.lathe.app.engine.store.Leftovers;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.gui.work.BeforeAfter;
import dev.lathe.app.gui.work.Descendant;
import dev.lathe.app.gui.work.Engine;
import dev.lathe.app.gui.work.Happening;
import dev.lathe.app.gui.work.Listed;
import dev.lathe.app.gui.work.Prunable;
import dev.lathe.app.gui.work.Tied;
import dev.lathe.app.gui.work.Watch;
import dev.lathe.evaluate.Sight;
import dev.lathe.graph.inspect.ModelSummary;
import dev.lathe.hardware.Machine;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.search.Sensitivities;
import dev.lathe.profile.Block;
import dev.lathe.profile.Target;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.target.Targets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The real engine, in whose runs the worker process of one variant is killed after its first block. Which process it is
/// is told by what happens, on the thread that starts them: the one that appears while the variant is being started.
final class KillingEngine implements Engine {
    private final Engine engine;
    private final String victim;
    private Set<ProcessHandle> before = Set.of();
    private Optional<ProcessHandle> worker = Optional.empty();
    private volatile boolean killed;

    KillingEngine(Engine engine, String victim) {
        this.engine = engine;
        this.victim = victim;
    }

    /// Whether it was killed.
    boolean killed() {
        return killed;
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().children().collect(Collectors.toSet());
    }

    @Override
    public JsonNode auto(AutoOptions options, Target target, Watch watch) {
        return engine.auto(options, target, new Watch(happening -> {
            switch (happening) {
                case Happening.Step(var progress) -> step(progress.step());
                case Happening.Timed(var block) when block.key().subject().equals(victim) && !killed -> kill();
                case Happening.Timed _,Happening.Told _ -> {
                    // goes on
                }
            }
            watch.tell().accept(happening);
        }, watch.cancellation()));
    }

    private void step(String step) {
        if (step.equals("starting " + victim + ", fork 1 of 2")) {
            before = children();
        } else if (!before.isEmpty() && worker.isEmpty()) {
            worker = children().stream().filter(p -> !before.contains(p)).findFirst();
        }
    }

    private void kill() {
        worker.ifPresent(process -> {
            killed = process.destroyForcibly();
            process.onExit().join();
        });
    }

    @Override
    public Machine machine() {
        return engine.machine();
    }

    @Override
    public Targets targets(Watch watch) {
        return engine.targets(watch);
    }

    @Override
    public ModelSummary inspect(Path model, Watch watch) {
        return engine.inspect(model, watch);
    }

    @Override
    public JsonNode export(RunId run, AutoOptions.Output output, Watch watch) {
        return engine.export(run, output, watch);
    }

    @Override
    public long predictedNs(MeasureRequest request) {
        return engine.predictedNs(request);
    }

    @Override
    public JsonNode measure(MeasureRequest request, Watch watch) {
        return engine.measure(request, watch);
    }

    @Override
    public Descendant make(Path parent, Recipe recipe, Optional<Path> data, Watch watch) {
        return engine.make(parent, recipe, data, watch);
    }

    @Override
    public List<Descendant> descendants(Path model) {
        return engine.descendants(model);
    }

    @Override
    public Explanation explain(Path variant, Optional<Path> parent, Watch watch) {
        return engine.explain(variant, parent, watch);
    }

    @Override
    public Sensitivities sensitivities(Path model, Recipe recipe, Path data, Watch watch) {
        return engine.sensitivities(model, recipe, data, watch);
    }

    @Override
    public List<Tied> tied(Path model, Watch watch) {
        return engine.tied(model, watch);
    }

    @Override
    public Prunable prunable(Path model, Recipe recipe, Watch watch) {
        return engine.prunable(model, recipe, watch);
    }

    @Override
    public PruningDamage damage(Path model, Recipe recipe, Path data, Watch watch) {
        return engine.damage(model, recipe, data, watch);
    }

    @Override
    public BeforeAfter beforeAfter(Path parent, Path variant, Watch watch) {
        return engine.beforeAfter(parent, variant, watch);
    }

    @Override
    public void score(Path parent, Path variant, Path data, Watch watch) {
        engine.score(parent, variant, data, watch);
    }

    @Override
    public Answers answers(AnswersRequest request, Watch watch) {
        return engine.answers(request, watch);
    }

    @Override
    public List<Sight> sights(Path model, Path data, List<Integer> samples) {
        return engine.sights(model, data, samples);
    }

    @Override
    public OperatorProfile profile(Path model, Optional<Path> data, OptionalInt threads, Watch watch) {
        return engine.profile(model, data, threads, watch);
    }

    @Override
    public SequencedMap<String, Path> files(RunId run) {
        return engine.files(run);
    }

    @Override
    public List<Listed> runs() {
        return engine.runs();
    }

    @Override
    public List<Block> blocks(RunId run) {
        return engine.blocks(run);
    }

    @Override
    public Leftovers delete(List<RunId> runs) {
        return engine.delete(runs);
    }

    @Override
    public Path staging(Path model) {
        return engine.staging(model);
    }

    @Override
    public void close() {
        engine.close();
    }
}
