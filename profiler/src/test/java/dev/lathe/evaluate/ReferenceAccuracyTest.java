package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Progress;
import dev.lathe.evaluate.metric.Outputs;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.tensor.TensorPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every dataset description beside the real models gives the accuracy that was published for it, with all samples
/// evaluated. The figures are those of the models' own README, measured with another runtime version: within 1 of 100.
class ReferenceAccuracyTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"imagenet/mobilenetv2,0.8259", "imagenet/mobilenetv2_int8_qdq,0.7963", "imagenet/squeezenet1.1,0.5852",
        "cifar10/resnet20,0.804", "cifar10/vit_ibp_3_3_8,0.607", "mnist/mnist_cntk,0.9891",
        "mnist/lenet_fixed_batch10,0.9919", "mnist/mnistfc_256x4,0.9764", "bert-tiny-sst2/model,0.798",
        "magika/standard_v3_3,1.0", "tabular/rf_iris,1.0"})
    void scoresAsPublished(String name, double published) {
        Path root = Path.of(System.getProperty("lathe.repository", "..")).toAbsolutePath().normalize();
        Path model = root.resolveSibling("shared").resolve("models/" + name + ".onnx");
        Assumptions.assumeTrue(Files.exists(model), "skipped: no shared models beside the project");
        assertThat(top1(model, Path.of(model.toString().replace(".onnx", ".dataset.json")))).isCloseTo(published,
                within(0.01));
    }

    @ParameterizedTest
    @CsvSource({"silero_vad,0.907", "silero_vad_16k_op15,0.907"})
    void aModelThatCarriesStateScoresAsPublished(String name, double published) throws IOException {
        Path root = Path.of(System.getProperty("lathe.repository", "..")).toAbsolutePath().normalize();
        Path data = root.resolveSibling("shared").resolve("models/vad");
        Path model = data.resolve(name + ".onnx");
        Assumptions.assumeTrue(Files.exists(model), "skipped: no shared models beside the project");
        Path description = folder.resolve("vad.dataset.json");
        Files.writeString(description, """
                {"format":"lathe-dataset/1","task":"classification",
                 "source":{"kind":"wav","folder":"%s","segments":"scv","rate":16000},
                 "inputs":{"input":{"from":"samples","window":512,"context":64},
                           "state":{"from":"previous","output":"stateN"},"sr":{"from":"constant","value":16000}},
                 "output":{"name":"output"},"metrics":["top-1"]}
                """.formatted(data.resolve("labelled").toString().replace('\\', '/')));
        WorkerSettings workers = WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"),
                "onnxruntime");
        try (LaboratoryProcess laboratory = new LaboratoryProcess(workers, SessionSettings.threads(1),
                new Cancellation())) {
            LaboratoryProcess.SignaturePair signature = laboratory.signature(model);
            Dataset dataset = Dataset.open(description);
            Sequences sequences = new Sequences(dataset, signature.inputs());
            List<List<Integer>> files = sequences.byFile(dataset.evaluation(Selection.NONE));
            Path over = folder.resolve("over.onnx");
            OnnxWriter.write(sequences.over(OnnxReader.read(model), List.of("output")), over);
            TensorPack results = Sequences.named(laboratory.evaluate(over,
                    sequences.write(folder.resolve("in.pack"), files), Sequences.names(List.of("output")),
                    folder.resolve("raw.pack"), Progress.Listener.NONE), folder.resolve("out.pack"));
            Scorer scorer = new Scorer(Optional.of(dataset), files, signature.inputs(), signature.outputs());
            Outputs outputs = scorer.read(results);
            assertThat(scorer.score(outputs, outputs).main().value()).isCloseTo(published, within(0.01));
        }
    }

    private double top1(Path model, Path description) {
        int threads = Runtime.getRuntime().availableProcessors();
        WorkerSettings workers = WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"),
                "onnxruntime");
        Cancellation cancellation = new Cancellation();
        try (LaboratoryProcess laboratory = new LaboratoryProcess(workers, SessionSettings.threads(threads),
                cancellation)) {
            LaboratoryProcess.SignaturePair signature = laboratory.signature(model);
            Dataset dataset = Dataset.open(description);
            int batch = Batcher.fixedBatch(signature.inputs()).orElse(1);
            PackBuilder.Pack pack = new PackBuilder(dataset, signature.inputs(), batch).write(folder.resolve("in.pack"),
                    dataset.evaluation(Selection.NONE), Progress.Listener.NONE, cancellation);
            Scorer scorer = new Scorer(Optional.of(dataset), pack.rows(), signature.inputs(), signature.outputs());
            TensorPack results = laboratory.evaluate(model, TensorPack.open(pack.file()), scorer.wanted(),
                    folder.resolve("out.pack"), Progress.Listener.NONE);
            Outputs outputs = scorer.read(results);
            return scorer.score(outputs, outputs).main().value();
        }
    }
}
