package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.base.VariantId;
import dev.lathe.evaluate.metric.Score;
import dev.lathe.export.Bundle;
import dev.lathe.export.Deployment;
import dev.lathe.export.Evidence;
import dev.lathe.export.Exporter;
import dev.lathe.export.Request;
import dev.lathe.export.ServingChoice;
import dev.lathe.hardware.MachineJson;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.Measured;
import dev.lathe.profile.Plan;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.serving.Cost;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// The winner as a bundle.
final class BundleStep {
    /// Code of the warning that a format cannot name the target.
    static final String LEFT_OUT = "format-left-out";
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final int REQUESTS = 3;
    private static final int SIGNIFICANT_DIGITS = 4;

    private final Workbench workbench;
    private final AutoOptions options;
    private final JobContext job;

    BundleStep(Workbench workbench, AutoOptions options, JobContext job) {
        this.workbench = workbench;
        this.options = options;
        this.job = job;
    }

    /// Where the bundle will go; refused at once if it cannot, before minutes are spent on measuring.
    ///
    /// @throws dev.lathe.base.ProblemException if it is there already, or its place cannot be written
    static Path folder(AutoOptions options) {
        Path folder = options.output().folder().orElseGet(() -> Path.of("lathe-out",
                modelName(options.model()) + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP)));
        if (Files.exists(folder) && !options.output().force()) {
            throw Problem.error("output-exists", folder.toString(), "the output exists already",
                    "Choose another --out, or pass --force to replace it.").toException();
        }
        Path parent = folder.toAbsolutePath().getParent();
        while (parent != null && !Files.exists(parent)) {
            parent = parent.getParent();
        }
        if (parent == null || !Files.isDirectory(parent) || !Files.isWritable(parent)) {
            throw Problem.error("output-unwritable", folder.toString(), "the bundle cannot be written there"
                    + (parent == null
                            ? ""
                            : ": " + parent + (Files.isDirectory(parent) ? " is not writable" : " is no folder")),
                    "Choose another --out.").toException();
        }
        return folder;
    }

    private static String modelName(Path model) {
        return Deployment.safeName(model.getFileName().toString().replaceFirst("\\.onnx$", ""));
    }

    Path write(AutoResult result, Samples samples, LaboratoryProcess laboratory, Path folder) {
        VariantResult winner = result.variant(result.decision().winner()).orElseThrow();
        VariantResult.Made made = winner.made().orElseThrow();
        VariantResult.Timed timed = winner.timed().orElseThrow();
        LaboratoryProcess.SignaturePair signature = laboratory.signature(made.file());
        Deployment deployment = new Deployment(modelName(options.model()),
                Deployment.ModelFile.of(made.file(), made.sha256()),
                signature.inputs(), signature.outputs(), choice(timed, result.context().plan()),
                evidence(result, winner, laboratory),
                requests(made.file(), samples, signature, laboratory), tolerance(winner.name()));
        return written(deployment, folder);
    }

    /// A model of which nothing is known but that it loads.
    Path writeUnmeasured(Samples samples, LaboratoryProcess laboratory, Path folder) {
        Path model = options.model();
        String sha256 = Sha256.ofFile(model);
        LaboratoryProcess.SignaturePair signature = laboratory.signature(model);
        Evidence evidence = new Evidence(
                new Evidence.Variant(Decision.ORIGINAL, VariantId.of(sha256), new JsonMapper().createObjectNode()),
                MachineJson.of(workbench.machine()), new Evidence.Limits(OptionalLong.empty(), OptionalDouble.empty()),
                List.of(new Evidence.Figure("latency median", "ms",
                        new Evidence.Withheld("not measured: run `lathe auto` on the model", 0),
                        Evidence.Origin.MEASURED)),
                Optional.empty(), Optional.empty(), versions(laboratory), Instant.now());
        int threads = workbench.machine().usableCpus();
        Deployment deployment = new Deployment(modelName(model), Deployment.ModelFile.of(model, sha256),
                signature.inputs(),
                signature.outputs(), new ServingChoice(1, List.of(), 0, threads, 1, "cpu"), evidence,
                requests(model, samples, signature, laboratory), tolerance(model.getFileName().toString()));
        return written(deployment, folder);
    }

    private Path written(Deployment deployment, Path folder) {
        String target = deployment.serving().target();
        Map<Boolean, List<Exporter>> formats = Exporter.all().stream()
                .collect(Collectors.partitioningBy(e -> e.serves(target)));
        formats.getOrDefault(false, List.of()).forEach(e -> job.emit().accept(new WorkbenchEvent.ProblemFound(
                Problem.warning(LEFT_OUT, e.info().title(), "it cannot say that a model runs on " + target
                        + ", so the bundle is without it", "Serve the bundle's model with a program of your own."))));
        Bundle bundle = Bundle.write(folder, deployment, formats.getOrDefault(true, List.of()),
                options.output().force(), job.cancellation());
        bundle.warnings().forEach(w -> job.emit().accept(new WorkbenchEvent.ProblemFound(w)));
        return bundle.folder();
    }

    private static SequencedMap<String, String> versions(LaboratoryProcess laboratory) {
        SequencedMap<String, String> versions = new LinkedHashMap<>();
        versions.put("lathe", Version.TEXT);
        versions.put("java", Runtime.version().toString());
        versions.put("onnxruntime", laboratory.probe().path("version").asString("unknown"));
        return versions;
    }

    private static ServingChoice choice(VariantResult.Timed timed, Plan plan) {
        // a batch that the model insists on is one request to a server, not a batch of requests
        int batch = timed.itemsPerQuery() > 1 ? 1 : timed.bestThroughput().map(Map.Entry::getKey).orElse(1);
        // a queue delay is not measured yet: batch what is waiting, wait for nothing (Triton's default)
        return new ServingChoice(batch, batch > 1 ? List.of(batch) : List.of(), 0, plan.session().intraOpThreads(), 1,
                plan.session().target().name());
    }

    private Evidence evidence(AutoResult result, VariantResult winner, LaboratoryProcess laboratory) {
        VariantResult.Made made = winner.made().orElseThrow();
        return new Evidence(
                new Evidence.Variant(winner.name(), made.id(), new JsonMapper().readTree(made.recipeJson())),
                MachineJson.of(workbench.machine()),
                new Evidence.Limits(options.goals().sloP99Ns(), OptionalDouble.of(result.context().maxDrop())),
                figures(winner), winner.scored().map(s -> score(s.main(), result.context().data())),
                winner.cost().map(BundleStep::cost), versions(laboratory), Instant.now());
    }

    private static Evidence.Score score(Score score, String data) {
        return new Evidence.Score(score.metricId(), score.value(),
                Optional.of(new Evidence.Interval(score.interval().low(), score.interval().high())), score.n(), data);
    }

    private static Evidence.Cost cost(Cost cost) {
        return new Evidence.Cost(cost.perMillion().value(), cost.price().currency(), cost.price().asOf().orElse(""),
                cost.price().origin(), cost.label(),
                cost.price().projection() ? Evidence.Origin.PROJECTED : Evidence.Origin.ESTIMATED);
    }

    private static List<Evidence.Figure> figures(VariantResult winner) {
        VariantResult.Timed timed = winner.timed().orElseThrow();
        List<Evidence.Figure> figures = new ArrayList<>();
        figures.add(figure("latency median", "ms", timed.latency().medianNs(), 1e-6));
        figures.add(figure("latency p90", "ms", timed.latency().p90Ns(), 1e-6));
        figures.add(figure("latency p99", "ms", timed.latency().p99Ns(), 1e-6));
        figures.add(figure("processor time a query", "ms", timed.cpuNs(), 1e-6));
        timed.throughput().forEach((batch, estimate) -> figures
                .add(figure("throughput at batch " + batch, "1/s", Reading.known(estimate, "bench"), 1)));
        winner.ratio().ifPresent(r -> figures.add(new Evidence.Figure("latency ratio to the original", "x",
                new Evidence.Shown(rounded(r.value()),
                        Optional.of(new Evidence.Interval(rounded(r.interval().low()), rounded(r.interval().high()))),
                        r.pairs()),
                Evidence.Origin.MEASURED)));
        List<Measured.Figures> forks = timed.figures();
        figures.add(exact("load time (file in the page cache)", "ms",
                Figures.median(forks, f -> OptionalLong.of(f.loadNs())), 1e-6, forks));
        figures.add(
                exact("first inference", "ms", Figures.median(forks, f -> OptionalLong.of(f.firstNs())), 1e-6, forks));
        figures.add(exact("private memory after load", "MB", Figures.median(forks, Measured.Figures::memoryLoadedBytes),
                1e-6, forks));
        figures.add(exact("private memory at peak", "MB", Figures.median(forks, Measured.Figures::memoryPeakBytes),
                1e-6, forks));
        return figures;
    }

    private static Evidence.Figure figure(String name, String unit, Reading<Estimate> reading, double factor) {
        Evidence.Amount amount = switch (reading) {
            case Reading.Known<Estimate>(var e, _) -> new Evidence.Shown(e.value() * factor,
                    Optional.of(new Evidence.Interval(e.interval().low() * factor, e.interval().high() * factor)),
                    e.n());
            case Reading.Unknown<Estimate>(var why) -> new Evidence.Withheld(why, 0);
        };
        return new Evidence.Figure(name, unit, amount, Evidence.Origin.MEASURED);
    }

    /// Four significant digits: more than any interval here supports.
    private static double rounded(double value) {
        return value == 0 || !Double.isFinite(value)
                ? value
                : new BigDecimal(value).round(new MathContext(SIGNIFICANT_DIGITS)).doubleValue();
    }

    private static Evidence.Figure exact(String name, String unit, OptionalLong value, double factor,
            List<Measured.Figures> forks) {
        Evidence.Amount amount = value.isPresent()
                ? new Evidence.Shown(rounded(value.getAsLong() * factor), Optional.empty(), forks.size())
                : new Evidence.Withheld("the system does not say", 0);
        return new Evidence.Figure(name, unit, amount, Evidence.Origin.MEASURED);
    }

    private List<Request> requests(Path model, Samples samples, LaboratoryProcess.SignaturePair signature,
            LaboratoryProcess laboratory) {
        TensorPack inputs = samples.evaluation();
        List<String> outputs = signature.outputs().stream().filter(o -> o.isTensor() && o.type().bits() > 0)
                .map(o -> o.name()).toList();
        TensorPack expected = laboratory.evaluate(model, samples.firstOnes(REQUESTS), outputs,
                samples.scratchFile("expected.pack"), Progress.Listener.NONE);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            requests.add(new Request("request-" + (i + 1), tensors(inputs.sample(i)), tensors(expected.sample(i))));
        }
        return requests;
    }

    private static List<Request.Tensor> tensors(SequencedMap<String, Tensor> sample) {
        List<Request.Tensor> tensors = new ArrayList<>();
        sample.forEach((name, tensor) -> {
            ByteBuffer data = tensor.data().order(ByteOrder.LITTLE_ENDIAN);
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            List<Long> shape = new ArrayList<>();
            for (long size : tensor.shape()) {
                shape.add(size);
            }
            tensors.add(Request.Tensor.of(name, tensor.type(), shape, bytes));
        });
        return tensors;
    }

    private static Request.Tolerance tolerance(String name) {
        boolean integer = name.contains("int8");
        return integer
                ? new Request.Tolerance(0.1, 0.05, "kernels of integer models differ between processors")
                : new Request.Tolerance(1e-3, 1e-3, "sums are rounded in another order on other processors");
    }
}
