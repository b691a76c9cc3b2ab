package dev.lathe.export.triton;

import com.google.protobuf.TextFormat;
import dev.lathe.base.Sha256;
import dev.lathe.export.Batching;
import dev.lathe.export.Deployment;
import dev.lathe.export.Evidence;
import dev.lathe.export.ServingChoice;
import dev.lathe.export.triton.ModelConfigProto.DataType;
import dev.lathe.export.triton.ModelConfigProto.ModelConfig;
import dev.lathe.export.triton.ModelConfigProto.ModelDynamicBatching;
import dev.lathe.export.triton.ModelConfigProto.ModelInput;
import dev.lathe.export.triton.ModelConfigProto.ModelInstanceGroup;
import dev.lathe.export.triton.ModelConfigProto.ModelOutput;
import dev.lathe.export.triton.ModelConfigProto.ModelParameter;
import dev.lathe.export.triton.ModelConfigProto.ModelTensorReshape;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Builds, prints and reads `config.pbtxt`.
///
/// Source: triton-inference-server/server, docs/user_guide/model_configuration.md; the names of the parameters are those that
/// onnxruntime_backend reads (README, "Model Config Options").
final class TritonConfig {
    static final String BACKEND = "onnxruntime";
    /// Triton's mark for a dimension of any size.
    static final long ANY_SIZE = -1;

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    private TritonConfig() {}

    /// The configuration of a deployment whose tensors all have shapes and types that Triton knows.
    static ModelConfig of(Deployment deployment) {
        ServingChoice serving = deployment.serving();
        boolean batched = Batching.of(deployment) instanceof Batching.FirstDimension;
        ModelConfig.Builder config = ModelConfig.newBuilder().setName(deployment.modelName()).setBackend(BACKEND)
                .setMaxBatchSize(batched ? serving.maxBatch() : 0);
        deployment.inputs().forEach(v -> config.addInput(input(v, batched)));
        deployment.tensorOutputs().forEach(v -> config.addOutput(output(v, batched)));
        group(serving.target()).ifPresent(group -> config.addInstanceGroup(group.setCount(serving.instances())));
        if (batched && serving.maxBatch() > 1) {
            config.setDynamicBatching(
                    ModelDynamicBatching.newBuilder().addAllPreferredBatchSize(serving.preferredBatchSizes())
                            .setMaxQueueDelayMicroseconds(serving.maxQueueDelayMicros()));
        }
        config.putParameters("intra_op_thread_count", parameter(serving.intraOpThreads()));
        // One: the measured session runs its operators one after the other (execution mode 0).
        config.putParameters("inter_op_thread_count", parameter(1));
        return config.build();
    }

    /// Where instances run: the processor, or graphics processors of NVIDIA (all, or the one named), where the backend takes
    /// ONNX Runtime's CUDA provider; empty for a target that the backend does not offer by an instance group.
    static Optional<ModelInstanceGroup.Builder> group(String target) {
        ModelInstanceGroup.Builder group = ModelInstanceGroup.newBuilder();
        if (target.equals("cpu")) {
            return Optional.of(group.setKind(ModelInstanceGroup.Kind.KIND_CPU));
        }
        Matcher cuda = CUDA.matcher(target);
        if (!cuda.matches()) {
            return Optional.empty();
        }
        Optional.ofNullable(cuda.group(1)).map(Integer::valueOf).ifPresent(group::addGpus);
        return Optional.of(group.setKind(ModelInstanceGroup.Kind.KIND_GPU));
    }

    /// Comments that make the file auditable on its own, then the configuration.
    static String print(ModelConfig config, Deployment deployment) {
        return comments(deployment).stream().map(c -> "# " + c.replaceAll("\\s+", " ") + "\n")
                .collect(Collectors.joining())
                + TextFormat.printer().escapingNonAscii(false).printToString(config);
    }

    /// Reads a configuration; fields that Lathe does not write are an error.
    static ModelConfig parse(String text) throws TextFormat.ParseException {
        ModelConfig.Builder config = ModelConfig.newBuilder();
        TextFormat.getParser().merge(text, config);
        return config.build();
    }

    /// Triton's type for tensors of an ONNX model; empty for those that its ONNX Runtime backend does not serve.
    static Optional<DataType> dataType(dev.lathe.graph.DataType type) {
        return switch (type) {
            case FLOAT -> Optional.of(DataType.TYPE_FP32);
            case DOUBLE -> Optional.of(DataType.TYPE_FP64);
            case FLOAT16 -> Optional.of(DataType.TYPE_FP16);
            case STRING -> Optional.of(DataType.TYPE_STRING);
            case BOOL -> Optional.of(DataType.TYPE_BOOL);
            case INT8 -> Optional.of(DataType.TYPE_INT8);
            case INT16 -> Optional.of(DataType.TYPE_INT16);
            case INT32 -> Optional.of(DataType.TYPE_INT32);
            case INT64 -> Optional.of(DataType.TYPE_INT64);
            case UINT8 -> Optional.of(DataType.TYPE_UINT8);
            case UINT16 -> Optional.of(DataType.TYPE_UINT16);
            case UINT32 -> Optional.of(DataType.TYPE_UINT32);
            case UINT64 -> Optional.of(DataType.TYPE_UINT64);
            // Triton has TYPE_BF16, but onnxruntime_utils.cc maps it to nothing.
            case BFLOAT16, UNDEFINED, COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ,
                    UINT4, INT4, FLOAT4E2M1 ->
                Optional.empty();
        };
    }

    /// The shape as Triton sees it in the model: -1 where the size is open.
    static List<Long> modelShape(ValueInfo value) {
        return value.shape().orElseThrow().stream().map(d -> switch (d) {
            case Dim.Fixed(long size) -> size;
            case Dim.Symbol _,Dim.Any _ -> ANY_SIZE;
        }).toList();
    }

    private static ModelInput input(ValueInfo value, boolean batched) {
        List<Long> dims = dims(value, batched);
        ModelInput.Builder input = ModelInput.newBuilder().setName(value.name())
                .setDataType(dataType(value.type()).orElseThrow()).addAllDims(dims.isEmpty() ? List.of(1L) : dims);
        if (dims.isEmpty() && batched) {
            input.setReshape(ModelTensorReshape.getDefaultInstance());
        }
        return input.build();
    }

    private static ModelOutput output(ValueInfo value, boolean batched) {
        List<Long> dims = dims(value, batched);
        ModelOutput.Builder output = ModelOutput.newBuilder().setName(value.name())
                .setDataType(dataType(value.type()).orElseThrow()).addAllDims(dims.isEmpty() ? List.of(1L) : dims);
        if (dims.isEmpty() && batched) {
            output.setReshape(ModelTensorReshape.getDefaultInstance());
        }
        return output.build();
    }

    /// Dimensions without the batch. Triton wants at least one, so none becomes `[ 1 ]`: with a reshape to `[ ]` for a batch
    /// of scalars, and without one for a scalar, which may not have a reshape where batching is off (server #3239).
    private static List<Long> dims(ValueInfo value, boolean batched) {
        List<Long> shape = modelShape(value);
        return batched ? shape.subList(1, shape.size()) : shape;
    }

    private static ModelParameter parameter(int value) {
        return ModelParameter.newBuilder().setStringValue(Integer.toString(value)).build();
    }

    private static List<String> comments(Deployment deployment) {
        Evidence evidence = deployment.evidence();
        List<String> comments = new ArrayList<>();
        comments.add("Variant " + evidence.variant().name() + " " + evidence.variant().id() + ", model SHA-256 "
                + deployment.model().sha256());
        comments.add("Versions: " + evidence.versions().entrySet().stream().map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", ")));
        comments.add("Measured on machine " + Sha256.ofText(evidence.machine().toString()).substring(0, 12)
                + " (described in manifest.json)");
        evidence.limits().sloP99Ns().ifPresent(ns -> comments.add("Asked for: p99 within " + ns + " ns"));
        evidence.figures().forEach(f -> comments.add(f.name() + ": " + amount(f)));
        evidence.score().ifPresent(s -> comments.add(s.metric() + ": " + s.value() + ", n " + s.n()));
        return comments;
    }

    private static String amount(Evidence.Figure figure) {
        String origin = figure.origin().name().toLowerCase(Locale.ROOT);
        return switch (figure.amount()) {
            case Evidence.Shown shown -> shown.value() + " " + figure.unit()
                    + shown.interval().map(i -> " [" + i.low() + ", " + i.high() + "]").orElse("") + ", n " + shown.n()
                    + ", " + origin;
            case Evidence.Withheld withheld -> "not shown, " + withheld.reason();
        };
    }
}
