package dev.lathe.app.gui.work;

import dev.lathe.app.engine.Answers;
import dev.lathe.app.engine.AnswersRequest;
import dev.lathe.app.engine.AutoOptions;
import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.engine.PruningDamage;
import dev.lathe.app.engine.store.Leftovers;
import dev.lathe.app.engine.store.RunId;
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
import tools.jackson.databind.JsonNode;

/// The workbench as the window sees it. Results come in the form that the history keeps, so that a run is shown the same
/// way whether it has just ended, was started from the command line, or is a year old.
public interface Engine extends AutoCloseable {
    /// The machine.
    Machine machine();

    /// What can be measured here; starts the runtimes, and runs a small model on all they offer.
    Targets targets(Watch watch);

    /// What is in a model.
    ModelSummary inspect(Path model, Watch watch);

    /// The whole way; gives the result as JSON, `"event":"result"`. Where no folder is given the bundle goes to
    /// [#staging].
    ///
    /// @param target where models run
    /// @throws dev.lathe.base.ProblemException `not-available` if nothing runs there
    JsonNode auto(AutoOptions options, Target target, Watch watch);

    /// Exports a run once more, from what it has kept.
    JsonNode export(RunId run, AutoOptions.Output output, Watch watch);

    /// How long measuring takes at most, in nanoseconds, before anything is started.
    ///
    /// @throws dev.lathe.base.ProblemException if it cannot be measured here
    long predictedNs(MeasureRequest request);

    /// Measures the cells of a grid; gives the result as JSON, `"event":"result"`.
    JsonNode measure(MeasureRequest request, Watch watch);

    /// Makes a variant of a model, or of another variant, and keeps it in the workspace.
    Descendant make(Path parent, Recipe recipe, Optional<Path> data, Watch watch);

    /// The variants that were made of a model, and of those, the newest first.
    List<Descendant> descendants(Path model);

    /// What runs on what in a variant, and what it saves of its parent; nothing is run.
    ///
    /// @param parent the model it was made of, if that is known; one whose file is gone is passed over
    Explanation explain(Path variant, Optional<Path> parent, Watch watch);

    /// What quantizing each layer alone does to the outputs, and what time it saves.
    ///
    /// @param recipe one that quantizes statically
    /// @param data its calibration samples show ranges and judge outputs
    Sensitivities sensitivities(Path model, Recipe recipe, Path data, Watch watch);

    /// Which channels fall together when a model is pruned, and which cannot be cut; nothing is run.
    List<Tied> tied(Path model, Watch watch);

    /// What pruning by a recipe would leave of a model; nothing is cut or run.
    ///
    /// @param recipe one that prunes
    Prunable prunable(Path model, Recipe recipe, Watch watch);

    /// What the outputs of a model suffer by each group of channels alone.
    ///
    /// @param recipe one that prunes
    /// @param data its calibration samples rank the channels, those held back judge outputs
    PruningDamage damage(Path model, Recipe recipe, Path data, Watch watch);

    /// A variant beside what it was made of, with what the history has of both.
    BeforeAfter beforeAfter(Path parent, Path variant, Watch watch);

    /// Scores a variant and what it was made of on the same samples; the history keeps both.
    void score(Path parent, Path variant, Path data, Watch watch);

    /// Has several models answer the same samples.
    Answers answers(AnswersRequest request, Watch watch);

    /// Samples as a model sees them.
    List<Sight> sights(Path model, Path data, List<Integer> samples);

    /// What the operators of a model take: a short run of its own.
    OperatorProfile profile(Path model, Optional<Path> data, OptionalInt threads, Watch watch);

    /// The files of the variants that a run made and that are still there, by their names.
    SequencedMap<String, Path> files(RunId run);

    /// The history, the newest first.
    List<Listed> runs();

    /// What a run has measured.
    List<Block> blocks(RunId run);

    /// Marks runs as deleted, with all that belongs to them, and removes the files of the workspace that no other run uses:
    /// their bundles, and variants, which can be made again.
    ///
    /// @return what was removed
    /// @throws dev.lathe.base.ProblemException if one of them goes on
    Leftovers delete(List<RunId> runs);

    /// A new folder's name inside the workspace, for a bundle that nobody has asked to save yet. May open the history.
    Path staging(Path model);

    @Override
    void close();
}
