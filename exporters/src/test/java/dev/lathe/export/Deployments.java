package dev.lathe.export;

import dev.lathe.base.Sha256;
import dev.lathe.base.VariantId;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.ValueInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Deployments for tests. The model's bytes are no ONNX: an exporter moves them and never reads them.
public final class Deployments {
    private static final byte[] MODEL = "stands for a model".getBytes(StandardCharsets.UTF_8);

    private Deployments() {}

    /// The digits model with an open batch, and one sample.
    public static Deployment digits(Path folder) {
        return of(folder, "digits", List.of(tensor("image", DataType.FLOAT, "batch", 1, 28, 28)),
                List.of(tensor("logits", DataType.FLOAT, "batch", 10)), plan(16),
                List.of(new Request("seven", List.of(zeros("image", 1, 1, 28, 28)), List.of(zeros("logits", 1, 10)))));
    }

    /// A deployment without samples.
    public static Deployment of(Path folder, String name, List<ValueInfo> inputs, List<ValueInfo> outputs,
            ServingChoice serving) {
        return of(folder, name, inputs, outputs, serving, List.of());
    }

    /// Any deployment.
    public static Deployment of(Path folder, String name, List<ValueInfo> inputs, List<ValueInfo> outputs,
            ServingChoice serving, List<Request> samples) {
        Path file = folder.resolve(name + "-source.onnx");
        try {
            Files.write(file, MODEL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Deployment(name, Deployment.ModelFile.of(file, Sha256.ofBytes(MODEL)), inputs, outputs, serving,
                evidence(), samples, new Request.Tolerance(1e-3, 1e-2, "INT8 kernels differ between CPUs"));
    }

    /// The same with another plan.
    public static Deployment with(Deployment d, ServingChoice serving) {
        return new Deployment(d.modelName(), d.model(), d.inputs(), d.outputs(), serving, d.evidence(), d.samples(),
                d.tolerance());
    }

    /// The same with another model file.
    public static Deployment with(Deployment d, Deployment.ModelFile model) {
        return new Deployment(d.modelName(), model, d.inputs(), d.outputs(), d.serving(), d.evidence(), d.samples(),
                d.tolerance());
    }

    /// The same with other samples.
    public static Deployment with(Deployment d, Request... samples) {
        return new Deployment(d.modelName(), d.model(), d.inputs(), d.outputs(), d.serving(), d.evidence(),
                List.of(samples), d.tolerance());
    }

    /// A plan for the CPU.
    public static ServingChoice plan(int maxBatch) {
        return new ServingChoice(maxBatch, maxBatch < 4 ? List.of() : List.of(4), 500, 2, 1, "cpu");
    }

    /// A tensor whose dimensions are numbers (fixed), texts (named) or `?` (nothing is said).
    public static ValueInfo tensor(String name, DataType type, Object... dims) {
        return ValueInfo.tensor(name, type, List.of(dims).stream().map(d -> switch (d) {
            case Integer size -> (Dim) new Dim.Fixed(size);
            case String text when text.equals("?") -> new Dim.Any();
            default -> new Dim.Symbol(d.toString());
        }).toList());
    }

    /// What scikit-learn's ZipMap declares.
    public static ValueInfo nonTensor(String name) {
        return new ValueInfo(name, DataType.UNDEFINED, Optional.empty(), Extra.NONE);
    }

    /// A float32 tensor of zeros.
    public static Request.Tensor zeros(String name, Integer... shape) {
        int elements = 1;
        for (int size : shape) {
            elements *= size;
        }
        return Request.Tensor.of(name, List.of(shape).stream().map(Integer::longValue).toList(), new float[elements]);
    }

    private static Evidence evidence() {
        ObjectNode recipe = JsonNodeFactory.instance.objectNode().put("name", "static-int8");
        recipe.putArray("steps").addObject().put("pass", "quantize-static").put("perChannel", true);
        ObjectNode machine = JsonNodeFactory.instance.objectNode().put("cpu", "Test CPU").put("physicalCores", 2);
        SequencedMap<String, String> versions = new LinkedHashMap<>();
        versions.put("lathe", "0.1.0");
        versions.put("onnxruntime", "1.29.0");
        return new Evidence(new Evidence.Variant("static-int8", new VariantId("0123456789ab"), recipe), machine,
                new Evidence.Limits(OptionalLong.of(50_000_000), OptionalDouble.of(1.0)),
                List.of(Evidence.Figure.measured("latency-median", "ns", 251_300, 249_000, 254_100, 4000),
                        Evidence.Figure.withheld("latency-p99.9", "ns", "p99.9 needs 6636 queries, 4000 were made",
                                4000),
                        Evidence.Figure.exact("size", "bytes", 312_345)),
                Optional.of(new Evidence.Score("top-1", 0.992, Optional.of(new Evidence.Interval(0.984, 0.996)), 1000,
                        "digits.dataset.json")),
                Optional.of(new Evidence.Cost(0.0062, "USD", "2025-06", "prices.json", "at full use, no queueing",
                        Evidence.Origin.PROJECTED)),
                versions, Instant.parse("2026-01-02T03:04:05Z"));
    }
}
