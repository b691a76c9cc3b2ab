package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Range;
import dev.lathe.optimize.blocks.ResidualBlock;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.Trial;
import dev.lathe.optimize.quantize.Weighted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Leaves out whole residual blocks: those whose loss harms the outputs least, as measured on calibration data.
///
/// Matches: Add of a value and what was made of it, both of one shape, as residual networks and transformers have them, where
/// the sum is no output of the graph. Keeps: everything outside of the blocks. Adds: nothing, but a note in the model's
/// properties of which are gone. Error: what the blocks did, as the ranking says; there is no retraining. Needs calibration
/// data. Source: Veit and others, "Residual Networks Behave Like Ensembles of Relatively Shallow Networks" (2016).
///
/// Before: `Add(x, f(x)) -> y`, and `g(y)`. After: `g(x)`.
///
/// @param count how many blocks go; after each the others are measured anew
/// @param include names, operator types or globs of the additions: only these; all where it is empty
/// @param exclude names, operator types or globs of the additions: not these
@AutoService(Pass.class)
public record DropBlocks(@Range(min = 1) int count, List<String> include, List<String> exclude) implements Pass {
    /// Samples on which each loss is measured.
    private static final int SAMPLES = 16;
    private static final String DROPPED = "lathe.dropped-blocks";

    /// Checks the number and copies the lists.
    public DropBlocks {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, and is " + count);
        }
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// One block.
    public DropBlocks() {
        this(1, List.of(), List.of());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("drop-blocks", "leave out the residual blocks whose loss harms the outputs least",
                PassInfo.Fidelity.REMADE);
    }

    @Override
    public List<Problem> check(Model model, OptimizationTarget target) {
        return Weighted.quantizedAlready(model.graph()).map(q -> List.of(Problem.error("already-quantized", q.where(),
                q.what() + ", and scales beyond a block that is dropped would not fit any more",
                "Put drop-blocks before the step that quantizes, and start from the float model."))).orElse(List.of());
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        List<Problem> problems = check(model, context.target());
        if (!problems.isEmpty()) {
            return PassOutcome.failed(model, problems.toArray(Problem[]::new));
        }
        if (model.metadata().properties().containsKey(DROPPED)) {
            return new PassOutcome(model, List.of(), List.of(Problem.note("already-dropped", "",
                    "blocks were dropped before, and no more are: " + model.metadata().properties().get(DROPPED))));
        }
        Optional<Calibration> calibration = context.calibration().filter(c -> c.count() > 0);
        if (calibration.isEmpty()) {
            return PassOutcome.failed(model, Problem.error("no-calibration-data", "",
                    "drop-blocks measures what each block is worth on calibration data and got none",
                    "Give --data with samples of real inputs, or leave the step out."));
        }
        List<ResidualBlock> blocks = blocks(model, context);
        if (blocks.size() < count || blocks.isEmpty()) {
            return PassOutcome.failed(model, Problem.error("nothing-to-drop", "", blocks.isEmpty()
                    ? "no residual block was found: no Add of a value and what was made of it, both known to have one shape"
                    : "count is " + count + ", and there are " + blocks.size() + " residual blocks",
                    blocks.isEmpty() ? "Leave the variant out." : "Choose a smaller count."));
        }
        try (Trial trial = new Trial(model, context, calibration.get().samples(), 0, SAMPLES)) {
            return trial.isPossible()
                    ? dropped(model, context, trial)
                    : PassOutcome.failed(model, Problem.error("nothing-to-compare", "",
                            "drop-blocks compares outputs of floats, and the model has none",
                            "Leave the variant out."));
        }
    }

    private List<ResidualBlock> blocks(Model model, PassContext context) {
        return ResidualBlock.of(context.laboratory().inferShapes(model).graph(),
                new Selection(include, exclude)::matches);
    }

    private PassOutcome dropped(Model model, PassContext context, Trial trial) {
        Model current = model;
        List<String> gone = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        double error = 0;
        for (int i = 0; i < count; i++) {
            SequencedMap<ResidualBlock, Double> errors = errors(current, context, trial, i);
            if (errors.isEmpty()) {
                break;
            }
            var best = errors.entrySet().stream().min(Comparator.comparingDouble(e -> e.getValue())).orElseThrow();
            if (i == 0) {
                problems.add(Problem.note("block-ranking", "",
                        "blocks by what their loss does to the outputs (normalised squared"
                                + " error): "
                                + errors.entrySet().stream().sorted(Comparator.comparingDouble(e -> e.getValue()))
                                        .map(e -> e.getKey().label() + " " + number(e.getValue()))
                                        .collect(Collectors.joining(", "))));
            }
            error = best.getValue();
            gone.add(best.getKey().label());
            current = current.withGraph(best.getKey().dropped(current.graph()));
        }
        SequencedMap<String, String> properties = new LinkedHashMap<>(model.metadata().properties());
        properties.put(DROPPED, String.join(", ", gone));
        Model.Metadata metadata = new Model.Metadata(model.metadata().producerName(),
                model.metadata().producerVersion(),
                properties);
        Model marked = new Model(current.graph(), current.functions(), current.opsets(), current.irVersion(), metadata,
                current.rest());
        return new PassOutcome(marked, List.of(new PassOutcome.Change(gone.size(), "residual blocks dropped ("
                + String.join(", ", gone) + "), with an error of the outputs of " + number(error))), problems);
    }

    private SequencedMap<ResidualBlock, Double> errors(Model current, PassContext context, Trial trial, int before) {
        SequencedMap<ResidualBlock, Double> errors = new LinkedHashMap<>();
        List<ResidualBlock> blocks = blocks(current, context);
        for (ResidualBlock block : blocks) {
            context.cancellation().throwIfCancelled();
            context.progress().progress(Progress.of("measuring blocks: " + errors.size() + " of " + blocks.size(),
                    (before + (double) errors.size() / blocks.size()) / count));
            Graph without = block.dropped(current.graph());
            errors.put(block, Math.pow(10, -trial.db(current.withGraph(without)) / 10));
        }
        return errors;
    }

    private static String number(double error) {
        return String.format(Locale.ROOT, "%.2g", error);
    }
}
