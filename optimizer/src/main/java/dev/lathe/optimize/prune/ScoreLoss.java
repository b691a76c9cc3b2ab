package dev.lathe.optimize.prune;

import dev.lathe.evaluate.Scorer;
import dev.lathe.evaluate.metric.Outputs;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import java.util.List;
import java.util.Optional;

/// What the score of changed models loses on calibration samples that nothing was learned on.
///
/// It is coarser than [OutputDamage] by far: of a hundred samples each is a point.
final class ScoreLoss implements AutoCloseable {
    private final JudgedSamples samples;
    private final Scorer scorer;
    private final Outputs reference;

    /// @param calibrationScorer scores all calibration samples; its rows are theirs
    /// @param numbers which of them are scored
    ScoreLoss(Model original, PassContext context, Calibration calibration, Scorer calibrationScorer,
            List<Integer> numbers) {
        this.scorer = new Scorer(calibrationScorer.data(), numbers.stream().map(calibrationScorer.rows()::get).toList(),
                calibrationScorer.inputs(), calibrationScorer.outputs());
        this.samples = new JudgedSamples(original, context, calibration, numbers, scorer.wanted());
        this.reference = scorer.read(samples.reference());
    }

    /// What a model loses against the original.
    Optional<PairedComparison> of(Model changed) {
        return scorer.score(scorer.read(samples.run(changed)), reference).drop();
    }

    @Override
    public void close() {
        samples.close();
    }
}
