package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Selection;
import dev.lathe.evaluate.Sequences;
import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.optimize.Calibration;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.ModelFormat;
import dev.lathe.profile.tensor.TensorPack;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs models that carry state from one window of a file to the next.
final class CarriedState {
    private final Dataset dataset;
    private final Sequences sequences;
    private final LaboratoryProcess laboratory;
    private final Scratch scratch;
    private final AtomicInteger files = new AtomicInteger();

    CarriedState(Dataset dataset, LaboratoryProcess.SignaturePair signature, LaboratoryProcess laboratory,
            Scratch scratch) {
        this.dataset = dataset;
        this.sequences = new Sequences(dataset, signature.inputs());
        this.laboratory = laboratory;
        this.scratch = scratch;
    }

    /// The samples by file.
    List<List<Integer>> files(List<Integer> samples) {
        return sequences.byFile(samples);
    }

    private Path file(String name) {
        return scratch.file("carried-" + files.incrementAndGet() + name);
    }

    /// The outputs of a model over whole files, an entry for each.
    TensorPack evaluate(Path model, List<List<Integer>> rows, List<String> wanted, Path out,
            Progress.Listener progress) {
        if (ModelFormat.of(model) != ModelFormat.ONNX) {
            throw Problem.error("state-not-carried", model.toString(),
                    "its data carries state from one window to the next, which is done for ONNX models alone",
                    "Give the ONNX model, or leave --data out.").toException();
        }
        Model over = sequences.over(OnnxReader.read(model), wanted);
        Path file = file(".onnx");
        OnnxWriter.write(over, file);
        TensorPack results = laboratory.evaluate(file, sequences.write(file(".pack"), rows), Sequences.names(wanted),
                file("-raw.pack"), progress);
        return Sequences.named(results, out);
    }

    /// Writes windows as single queries, with the state that this model has there.
    void singles(Path model, List<Integer> samples, Path out) {
        List<List<Integer>> rows = files(samples);
        TensorPack states = evaluate(model, rows, List.copyOf(dataset.carried().values()), file("-states.pack"),
                Progress.Listener.NONE);
        sequences.writeSingles(out, samples, rows, states);
    }

    /// The windows that calibrate.
    Optional<Calibration> calibration(Path model, Selection selection) {
        List<Integer> chosen = dataset.calibration(selection);
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        Path file = scratch.file("calibration.pack");
        singles(model, chosen, file);
        return Optional.of(Samples.calibration(file, dataset, chosen));
    }
}
