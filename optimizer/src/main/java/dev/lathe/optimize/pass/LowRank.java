package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.graph.Model;
import dev.lathe.graph.inspect.Macs;
import dev.lathe.graph.inspect.Sizes;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Range;
import dev.lathe.optimize.factor.FactorWriter;
import dev.lathe.optimize.factor.LinearLayer;
import dev.lathe.optimize.factor.RankChoice;
import dev.lathe.optimize.factor.Split;
import dev.lathe.optimize.factor.Splitting;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.Trial;
import dev.lathe.optimize.quantize.Weighted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Writes large weights as the product of two smaller matrices, so that there is less to calculate.
///
/// Matches: MatMul, Gemm and Conv (of one or two dimensions, without groups) with constant float weights. Keeps: layers where
/// no rank saves enough, which are listed. Adds: an operator for each layer that is split; a Conv becomes one with the
/// kernel and few channels and a 1 x 1, in whichever order is better; a bias where the means need it. Error: as the options
/// say; inputs seen on calibration data decide which directions matter, and without data all count the same, which is
/// noted. Takes 256 MiB for what layers' inputs are like. Source: Wang and others, "SVD-LLM: Truncation-aware Singular Value
/// Decomposition" (2024); Zhang and others, "Accelerating Very Deep Convolutional Networks" (2015).
///
/// Before: `Conv3x3(x, w[256, 256]) -> y`. After: `Conv3x3(x, a[64, 256]) -> h`, `Conv1x1(h, b[256, 64]) -> y`.
///
/// @param rank numbers in between the two, rounded up to `multiple`; 0 lets `energy` decide
/// @param energy part of the variance of each layer's outputs that is kept; 0 lets `max-error` decide
/// @param maxError the normalised squared error of the model's outputs on calibration data that may be made (0.01 is 20 dB, 0.001 is 30),
///     spent where it saves most; without two samples at least, that of each layer's weights
/// @param minSaving part of a layer's multiply-accumulates that has to be saved for it to be split
/// @param minWeights layers with fewer weights stay as they are
/// @param multiple ranks are multiples of it, as kernels like
/// @param include node names, operator types or globs: only these; all where it is empty
/// @param exclude node names, operator types or globs: not these
@AutoService(Pass.class)
public record LowRank(@Range(min = 0) int rank, @Range(min = 0, max = 1) double energy, @Range(min = 0) double maxError,
        @Range(min = 0, max = 1) double minSaving, @Range(min = 0) int minWeights, @Range(min = 1) int multiple,
        List<String> include, List<String> exclude) implements Pass {
    private static final double ERROR = 0.002;
    private static final double SAVING = 0.2;
    private static final int WEIGHTS = 8192;
    private static final int WIDTHS = 8;
    /// Samples on which an error is measured (others than those from which factors are made), and how often.
    private static final int TRIAL_SAMPLES = 32;
    private static final int TRIALS = 9;
    /// What other samples may lose more than those on which the error was measured.
    private static final double SLACK_DB = 3;
    /// What a model's multiply-accumulates may be worth, in parts of a layer's outputs (logarithms of ten).
    private static final double LEAST_PRICE = -5;
    private static final double MOST_PRICE = 2;

    /// Checks the numbers and copies the lists.
    public LowRank {
        if (rank < 0) {
            throw new IllegalArgumentException("rank must be above 0, or 0 to let energy or max-error decide, and is "
                    + rank);
        }
        if (!(energy >= 0 && energy <= 1)) {
            throw new IllegalArgumentException(
                    "energy must be above 0 and at most 1, or 0 to let max-error decide, and is "
                            + energy);
        }
        if (!(maxError >= 0) || (maxError == 0 && rank == 0 && energy == 0)) {
            throw new IllegalArgumentException(
                    "max-error must be above 0 where neither rank nor energy is given, and is "
                            + maxError);
        }
        if (rank > 0 && energy > 0) {
            throw new IllegalArgumentException("rank " + rank + " and energy " + energy + " are both given: give one");
        }
        if (!(minSaving >= 0 && minSaving < 1) || minWeights < 0 || multiple < 1) {
            throw new IllegalArgumentException(
                    "min-saving must be in 0..1, min-weights at least 0 and multiple at least 1,"
                            + " and they are " + minSaving + ", " + minWeights + ", " + multiple);
        }
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// As much as 27 dB allow.
    public LowRank() {
        this(0, 0, ERROR, SAVING, WEIGHTS, WIDTHS, List.of(), List.of());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("low-rank",
                "large MatMul, Gemm and Conv as two smaller ones, by singular values of weights and"
                        + " inputs",
                PassInfo.Fidelity.REMADE);
    }

    /// The error that was measured, if it was, on samples that are not those it is judged by.
    @Override
    public double leastDb() {
        return rank > 0 || energy > 0 ? Double.NEGATIVE_INFINITY : -10 * Math.log10(maxError) - SLACK_DB;
    }

    @Override
    public List<Problem> check(Model model, OptimizationTarget target) {
        Optional<Problem> quantized = Weighted.quantizedAlready(model.graph());
        if (quantized.isPresent()) {
            return List.of(Problem.error("already-quantized", quantized.get().where(),
                    quantized.get().what() + ", and low-rank splits float weights",
                    "Put low-rank before the step that quantizes, and start from the float model."));
        }
        if (!FactorWriter.wasSplit(model.graph()) && layers(model).isEmpty()) {
            return List.of(Problem.error("nothing-to-split", "",
                    "nothing to split: no MatMul, Gemm or Conv without groups has"
                            + " constant float weights of " + minWeights + " numbers or more, with room for a rank of "
                            + multiple
                            + " that saves " + percent(minSaving),
                    "Lower min-weights, or leave the variant out."));
        }
        return List.of();
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.0f %%", part * 100);
    }

    private List<LinearLayer> layers(Model model) {
        return LinearLayer.of(model.graph(), new Selection(include, exclude)::matches).stream()
                .filter(l -> l.tensor().elements() >= minWeights && hasRoom(l)).toList();
    }

    /// Whether the smallest rank saves enough, one way or the other.
    private boolean hasRoom(LinearLayer layer) {
        double whole = (double) layer.outputs() * layer.width();
        double kernelFirst = multiple * ((double) layer.width() + layer.outputs());
        double pointFirst = multiple * (layer.channels() + (double) layer.outputs() * layer.places());
        return Math.min(layer.outputs(), layer.width()) > multiple
                && Math.min(kernelFirst, pointFirst) <= whole * (1 - minSaving);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        List<Problem> problems = check(model, context.target());
        if (!problems.isEmpty()) {
            return PassOutcome.failed(model, problems.toArray(Problem[]::new));
        }
        if (FactorWriter.wasSplit(model.graph())) {
            return new PassOutcome(model, List.of(), List.of(Problem.note("already-split", "",
                    "layers were split before, and are left as they are: start from the float model for other ranks")));
        }
        return new Work(model, context).run();
    }

    /// The state of one application.
    private final class Work {
        private final Model model;
        private final PassContext context;
        private final int samples;
        private final int learned;
        private final Splitting splitting;
        private final List<Problem> problems = new ArrayList<>();

        Work(Model model, PassContext context) {
            this.model = model;
            this.context = context;
            this.samples = context.calibration().map(Calibration::count).orElse(0);
            boolean isMeasured = rank == 0 && energy == 0 && samples > 1;
            this.learned = isMeasured ? samples - Math.min(TRIAL_SAMPLES, samples / 3 + 1) : samples;
            this.splitting = new Splitting(model, context, learned);
        }

        PassOutcome run() {
            List<LinearLayer> layers = layers(model);
            Map<String, Long> macs = macs(model);
            SequencedMap<LinearLayer, List<Split>> splits = splitting.of(layers);
            double all = Math.max(1, macs.values().stream().mapToDouble(m -> m).sum());
            RankChoice choice = new RankChoice(List.copyOf(splits.values()),
                    splits.keySet().stream().map(l -> macs(l, macs) / all).toList(), multiple, minSaving);
            problems.addAll(splitting.problems());
            if (samples == 0) {
                problems.add(
                        Problem.note("no-calibration-data", "", "split without calibration data: by the singular values"
                                + " of the weights alone, as if all inputs were alike"));
            }
            List<RankChoice.Chosen> chosen = choose(choice);
            if (chosen.isEmpty()) {
                return PassOutcome.failed(model,
                        Problem.error("no-layer-pays", "", "nothing was split: no rank that " + bound()
                                + " saves " + percent(minSaving) + " of a layer's multiply-accumulates, in any of "
                                + layers.size() + " layers", "Allow more, or leave the variant out."));
            }
            return done(layers, chosen, macs);
        }

        private String bound() {
            return rank > 0
                    ? "is " + rank
                    : energy > 0 ? "keeps " + energy + " of the energy" : "holds max-error " + maxError;
        }

        private static double macs(LinearLayer layer, Map<String, Long> macs) {
            return layer.nodes().stream().mapToDouble(n -> macs.getOrDefault(n.label(),
                    (long) layer.outputs() * layer.width())).sum();
        }

        private Map<String, Long> macs(Model counted) {
            Sizes sizes = Sizes.ofBatch(1);
            return Macs.of(counted, context.laboratory().inferShapes(sizes.bind(counted)), sizes).perNode();
        }

        private List<RankChoice.Chosen> choose(RankChoice choice) {
            if (rank > 0) {
                return choice.atRank(rank);
            }
            if (energy > 0) {
                return choice.within(1 - energy);
            }
            return context.calibration().filter(_ -> samples > learned).map(calibration -> {
                try (Trial trial = new Trial(model, context, calibration.samples(), learned, TRIAL_SAMPLES)) {
                    return trial.isPossible() ? measured(choice, trial) : choice.within(maxError);
                }
            }).orElseGet(() -> choice.within(maxError));
        }

        /// The highest price of a multiply-accumulate at which the outputs are near enough.
        private List<RankChoice.Chosen> measured(RankChoice choice, Trial trial) {
            List<RankChoice.Chosen> best = List.of();
            double low = LEAST_PRICE;
            double high = MOST_PRICE;
            for (int t = 0; t < TRIALS; t++) {
                context.progress().progress(Progress.of("trying ranks: " + t + " of " + TRIALS, (double) t / TRIALS));
                double price = (low + high) / 2;
                List<RankChoice.Chosen> tried = choice.atPrice(Math.pow(10, price));
                if (tried.isEmpty() || error(trial, tried) <= maxError) {
                    low = price;
                    best = choice.saving(tried) > choice.saving(best) ? tried : best;
                } else {
                    high = price;
                }
            }
            return best;
        }

        private double error(Trial trial, List<RankChoice.Chosen> tried) {
            return Math.pow(10, -trial.db(model.withGraph(FactorWriter.write(model.graph(), tried))) / 10);
        }

        private PassOutcome done(List<LinearLayer> layers, List<RankChoice.Chosen> chosen, Map<String, Long> macs) {
            Model made = model.withGraph(FactorWriter.write(model.graph(), chosen));
            List<PassOutcome.Change> changes = new ArrayList<>();
            new TreeMap<>(chosen.stream().collect(Collectors.groupingBy(c -> kind(c.split().layer()))))
                    .forEach((kind, those) -> changes.add(new PassOutcome.Change(those.size(), kind
                            + " split in two, at rank " + ranks(those))));
            long before = macs.values().stream().mapToLong(m -> m).sum();
            long after = macs(made).values().stream().mapToLong(m -> m).sum();
            if (before > after) {
                changes.add(new PassOutcome.Change(before - after, "multiply-accumulates fewer, of " + before + " ("
                        + percent((double) (before - after) / before) + ")"));
            }
            List<LinearLayer> split = chosen.stream().map(c -> c.split().layer()).toList();
            List<String> left = layers.stream().filter(l -> !split.contains(l)).map(LinearLayer::label).toList();
            if (!left.isEmpty()) {
                problems.add(Problem.note("left-whole", "",
                        "left whole, for no rank that " + bound() + " saves enough there: "
                                + String.join(", ", left)));
            }
            return new PassOutcome(made, changes, problems);
        }

        private static String kind(LinearLayer layer) {
            return layer.isConvolution() ? "Conv" : "MatMul and Gemm";
        }

        private static String ranks(List<RankChoice.Chosen> chosen) {
            int least = chosen.stream().mapToInt(RankChoice.Chosen::rank).min().orElse(0);
            int most = chosen.stream().mapToInt(RankChoice.Chosen::rank).max().orElse(0);
            return least == most ? Integer.toString(least) : least + " to " + most;
        }
    }
}
