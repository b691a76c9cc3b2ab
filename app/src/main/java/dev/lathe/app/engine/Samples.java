package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.Batch;
import dev.lathe.evaluate.Batcher;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.PackBuilder;
import dev.lathe.evaluate.Plausibility;
import dev.lathe.evaluate.RandomInputs;
import dev.lathe.evaluate.Scored;
import dev.lathe.evaluate.Scorer;
import dev.lathe.evaluate.Selection;
import dev.lathe.evaluate.metric.Outputs;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.Calibration;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// The samples of a job, written once for all workers: those that calibrate, those that are scored, and the queries that
/// are timed. Without data they are random and typed, nothing calibrates, and scores compare with the original alone.
final class Samples {
    private static final long SEED = 7;
    private static final int RANDOM_COUNT = 32;
    private static final int FEWEST_RANDOM = 4;
    private static final long RANDOM_BYTES = 24L << 20;
    /// Distinct queries for timing: enough to show differences between samples, few enough to stay in memory.
    private static final int QUERIES = 48;
    private static final long QUERY_BYTES = 96L << 20;

    private final Optional<Dataset> dataset;
    private final Selection selection;
    private final List<ValueInfo> inputs;
    private final Scorer scorer;
    private final Path evaluation;
    private final Optional<Calibration> calibration;
    private final LaboratoryProcess laboratory;
    private final Scratch scratch;
    private final int fixedBatch;
    private final Map<Path, Outputs> outputs = new ConcurrentHashMap<>();
    private final Optional<CarriedState> carried;

    private Samples(Optional<Dataset> dataset, Selection selection, LaboratoryProcess.SignaturePair signature,
            PackBuilder.Pack evaluation, Optional<Calibration> calibration, LaboratoryProcess laboratory,
            Scratch scratch, Optional<CarriedState> carried) {
        this.carried = carried;
        this.dataset = dataset;
        this.selection = selection;
        this.inputs = signature.inputs();
        this.scorer = new Scorer(dataset, evaluation.rows(), signature.inputs(), signature.outputs());
        this.evaluation = evaluation.file();
        this.calibration = calibration;
        this.laboratory = laboratory;
        this.scratch = scratch;
        this.fixedBatch = insistsOn(inputs);
    }

    /// The batch size that a model insists on: 0 where all first dimensions are open, 1 where some are open and others
    /// fixed, as with states by layer, so that the first dimension is no batch.
    private static int insistsOn(List<ValueInfo> inputs) {
        List<OptionalLong> firsts = inputs.stream().map(ValueInfo::batch).flatMap(Optional::stream).map(Dim::fixed)
                .toList();
        if (firsts.isEmpty()) {
            return 1;
        }
        long fixed = firsts.stream().filter(OptionalLong::isPresent).count();
        return fixed == 0 ? 0 : fixed < firsts.size() ? 1 : Batcher.fixedBatch(inputs).orElse(1);
    }

    static Samples of(Path model, Optional<Dataset> dataset, Selection selection, LaboratoryProcess laboratory,
            Scratch scratch, JobContext job) {
        LaboratoryProcess.SignaturePair signature = laboratory.signature(model);
        List<ValueInfo> inputs = signature.inputs();
        int batch = Math.max(1, insistsOn(inputs));
        Path file = scratch.file("evaluation.pack");
        if (dataset.isEmpty()) {
            List<SequencedMap<String, Tensor>> random = random(inputs);
            write(file, random);
            List<List<Integer>> rows = IntStream.range(0, random.size()).mapToObj(List::of).toList();
            return new Samples(dataset, selection, signature, new PackBuilder.Pack(file, rows, Map.of()),
                    Optional.empty(), laboratory, scratch, Optional.empty());
        }
        Dataset data = dataset.get();
        if (!data.carried().isEmpty()) {
            return carrying(model, data, selection, signature, laboratory, scratch);
        }
        PackBuilder builder = new PackBuilder(data, inputs, batch);
        PackBuilder.Pack pack = builder.write(file, data.evaluation(selection), job.progress(), job.cancellation());
        List<Integer> chosen = data.calibration(selection);
        Optional<Calibration> calibration = Optional.empty();
        if (!chosen.isEmpty()) {
            PackBuilder.Pack drawn = builder.write(scratch.file("calibration.pack"), chosen, job.progress(),
                    job.cancellation());
            overlap(data, drawn.equalIn(pack))
                    .ifPresent(p -> job.emit().accept(new WorkbenchEvent.ProblemFound(p)));
            calibration = Optional.of(calibration(drawn.file(), data, chosen));
        }
        return new Samples(dataset, selection, signature, pack, calibration, laboratory, scratch, Optional.empty());
    }

    /// Of a model that carries state: whole files are scored, and single windows come with the state that the original had.
    private static Samples carrying(Path model, Dataset data, Selection selection,
            LaboratoryProcess.SignaturePair signature, LaboratoryProcess laboratory, Scratch scratch) {
        CarriedState carried = new CarriedState(data, signature, laboratory, scratch);
        Path singles = scratch.file("evaluation.pack");
        List<List<Integer>> rows = carried.files(data.evaluation(selection));
        carried.singles(model, data.evaluation(selection), singles);
        return new Samples(Optional.of(data), selection, signature, new PackBuilder.Pack(singles, rows, Map.of()),
                carried.calibration(model, selection), laboratory, scratch, Optional.of(carried));
    }

    /// Samples that are scored, all of them, and others of their own that calibrate.
    ///
    /// @param other data to calibrate with; without it a part of `data` is set apart for that
    /// @throws ProblemException `calibration-overlap` if a sample that is scored equals one that calibrates
    static Samples of(Path model, Dataset data, Optional<Dataset> other, LaboratoryProcess laboratory,
            Scratch scratch, JobContext job) {
        if (other.isEmpty()) {
            return of(model, Optional.of(data), Selection.DEFAULT, laboratory, scratch, job);
        }
        if (!data.carried().isEmpty()) {
            throw Problem.error("calibration-not-apart", data.path().toString(),
                    "the model carries state from one sample to the next, and calibrates with what it was in these data",
                    "Leave --calibration out: --data sets a part apart.").toException();
        }
        LaboratoryProcess.SignaturePair signature = laboratory.signature(model);
        int batch = Math.max(1, insistsOn(signature.inputs()));
        Dataset calibrating = other.get();
        List<Integer> chosen = calibrating.calibration(Selection.DEFAULT);
        PackBuilder.Pack drawn = new PackBuilder(calibrating, signature.inputs(), batch)
                .write(scratch.file("calibration.pack"), chosen, job.progress(), job.cancellation());
        PackBuilder.Pack pack = new PackBuilder(data, signature.inputs(), batch).write(scratch.file("evaluation.pack"),
                data.evaluation(Selection.NONE), job.progress(), job.cancellation());
        overlap(data, drawn.equalIn(pack)).ifPresent(p -> {
            throw Problem.error(p.code(), p.where(), p.what(),
                    "Give other data to calibrate with, or --data alone: it sets a part apart.").toException();
        });
        return new Samples(Optional.of(data), Selection.NONE, signature, pack,
                Optional.of(calibration(drawn.file(), calibrating, chosen)), laboratory, scratch, Optional.empty());
    }

    /// The samples that calibrate, without those that are scored: all that making one variant needs.
    static Optional<Calibration> calibration(Path model, Dataset data, Selection selection,
            LaboratoryProcess laboratory, Scratch scratch, JobContext job) {
        return calibrating(model, data, selection, laboratory, scratch, job).map(Calibrating::samples);
    }

    /// Samples that calibrate.
    ///
    /// @param scorer scores these very samples; empty where they carry state, so that one alone says little
    record Calibrating(Calibration samples, Optional<Scorer> scorer) {}

    static Optional<Calibrating> calibrating(Path model, Dataset data, Selection selection,
            LaboratoryProcess laboratory, Scratch scratch, JobContext job) {
        List<Integer> chosen = data.calibration(selection);
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        LaboratoryProcess.SignaturePair signature = laboratory.signature(model);
        if (!data.carried().isEmpty()) {
            return new CarriedState(data, signature, laboratory, scratch).calibration(model, selection)
                    .map(c -> new Calibrating(c, Optional.empty()));
        }
        PackBuilder.Pack pack = new PackBuilder(data, signature.inputs(), Math.max(1, insistsOn(signature.inputs())))
                .writeAlone(scratch.file("calibration.pack"), chosen, job.progress(), job.cancellation());
        return Optional.of(new Calibrating(calibration(pack.file(), data, chosen),
                Optional.of(new Scorer(Optional.of(data), pack.rows(), signature.inputs(), signature.outputs()))));
    }

    static Calibration calibration(Path file, Dataset data, List<Integer> chosen) {
        return new Calibration(TensorPack.open(file), Sha256.ofText(data.contentHash() + " " + chosen));
    }

    private static Optional<Problem> overlap(Dataset data, List<Integer> equal) {
        return equal.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.warning("calibration-overlap", data.path().toString(),
                        equal.size() + " of the samples that are scored equal one that calibrates, first "
                                + data.sampleName(equal.getFirst()) + ": their score flatters",
                        "Remove the doubles from the data."));
    }

    /// Fewer where one is large: a picture of 720 x 720 takes a second to score.
    private static List<SequencedMap<String, Tensor>> random(List<ValueInfo> inputs) {
        RandomInputs generator = RandomInputs.seeded(SEED);
        long bytes = Math.max(1, bytes(generator.sample(inputs, 0)));
        return generator.samples(inputs, Math.clamp(RANDOM_BYTES / bytes, FEWEST_RANDOM, RANDOM_COUNT));
    }

    private static long bytes(SequencedMap<String, Tensor> sample) {
        return sample.values().stream().mapToLong(t -> t.data().remaining()).sum();
    }

    private static void write(Path file, List<SequencedMap<String, Tensor>> samples) {
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            samples.forEach(writer::add);
        }
    }

    Optional<Calibration> calibration() {
        return calibration;
    }

    Scorer scorer() {
        return scorer;
    }

    List<ValueInfo> inputs() {
        return inputs;
    }

    TensorPack evaluation() {
        return TensorPack.open(evaluation);
    }

    /// Names the samples that are scored: equal for equal samples.
    String hash() {
        return dataset.map(Dataset::contentHash).orElseGet(() -> Sha256.ofText("random " + SEED + " " + RANDOM_COUNT));
    }

    String selectionName() {
        return switch (selection) {
            case Selection.Drawn _ -> "default";
            case Selection.Everything _ -> "all";
            case Selection.Named(String name) -> "split " + name;
        };
    }

    /// What is scored, in words.
    String words() {
        int count = scorer.rows().stream().mapToInt(List::size).sum();
        return dataset
                .map(d -> d.name() + ", " + count
                        + (scorer.isLabelled() ? " labelled samples" : " samples without labels")
                        + calibration.map(c -> ", " + c.count() + " others calibrate").orElse(", none calibrates"))
                .orElse(count + " random inputs (no --data given)");
    }

    /// Samples in a single query: 1, or the batch size the model insists on.
    int itemsPerQuery() {
        return Math.max(1, fixedBatch);
    }

    /// Warns where pictures seem to reach the original otherwise than it was trained on them.
    Optional<Problem> doubts(Path original, JobContext job) {
        if (dataset.isEmpty()) {
            return Optional.empty();
        }
        Plausibility plausibility = new Plausibility(dataset.get(), inputs, scorer.outputs(), itemsPerQuery());
        return plausibility.check(scorer.rows().stream().flatMap(List::stream).toList(),
                (pack, names, out) -> laboratory.evaluate(original, pack, names, out, Progress.Listener.NONE),
                scratch.file("plausibility.pack"), job.cancellation());
    }

    /// Scores a model against the original on the samples kept for it.
    Scored score(Path model, Path original, Progress.Listener progress) {
        return scorer.score(outputs(model, progress), outputs(original, progress));
    }

    /// What a model gives for the samples that are scored; it is run once.
    Outputs outputs(Path model, Progress.Listener progress) {
        Outputs known = outputs.get(model);
        if (known == null) {
            Path out = scratch.file("outputs-" + outputs.size() + ".pack");
            known = scorer.read(carried.isPresent()
                    ? carried.get().evaluate(model, scorer.rows(), scorer.wanted(), out, progress)
                    : laboratory.evaluate(model, TensorPack.open(evaluation), scorer.wanted(), out, progress));
            outputs.put(model, known);
        }
        return known;
    }

    /// The packs of queries to time, by batch size; sizes that the data or the model cannot make are missing.
    SortedMap<Integer, Path> queries(List<Integer> batches) {
        TensorPack samples = TensorPack.open(evaluation);
        SortedMap<Integer, Path> packs = new TreeMap<>();
        packs.put(1, write(samples, 1));
        if (fixedBatch == 0) {
            for (int batch : batches) {
                if (batch > 1) {
                    try {
                        packs.put(batch, write(samples, batch));
                    } catch (ProblemException _) {
                        // the model's inputs have no common first dimension: single queries only
                    }
                }
            }
        }
        return packs;
    }

    /// The first few of the samples that are scored.
    TensorPack firstOnes(int count) {
        TensorPack samples = TensorPack.open(evaluation);
        Path file = scratch.file("first.pack");
        write(file, IntStream.range(0, Math.min(count, samples.size())).mapToObj(samples::sample).toList());
        return TensorPack.open(file);
    }

    Path scratchFile(String name) {
        return scratch.file(name);
    }

    private Path write(TensorPack samples, int batch) {
        Path file = scratch.file("queries-" + batch + ".pack");
        long bytes = bytes(samples.sample(0)) * batch;
        int count = (int) Math.max(1, Math.min(Math.max(QUERIES / batch, 3), QUERY_BYTES / Math.max(1, bytes)));
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (int i = 0; i < Math.min(count, samples.size()); i++) {
                writer.add(batch == 1 ? samples.sample(i) : batch(samples, i, batch));
            }
        }
        return file;
    }

    /// Several samples in one query; texts of different lengths cannot share one, so one of them is repeated.
    private SequencedMap<String, Tensor> batch(TensorPack samples, int index, int batch) {
        Batcher batcher = new Batcher(inputs, batch);
        List<Integer> chosen = new ArrayList<>();
        List<SequencedMap<String, Tensor>> singles = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            chosen.add(i);
            singles.add(samples.sample((index * batch + i) % samples.size()));
        }
        try {
            Batch joined = batcher.join(chosen, singles);
            return joined.inputs();
        } catch (ProblemException _) {
            return batcher.join(List.of(0), List.of(samples.sample(index % samples.size()))).inputs();
        }
    }
}
