package dev.lathe.export.triton;

import dev.lathe.base.Problem;
import dev.lathe.export.triton.ModelConfigProto.DataType;
import dev.lathe.export.triton.ModelConfigProto.ModelConfig;
import dev.lathe.export.triton.ModelConfigProto.ModelInput;
import dev.lathe.export.triton.ModelConfigProto.ModelInstanceGroup;
import dev.lathe.export.triton.ModelConfigProto.ModelOutput;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The rules by which Triton refuses a model, applied to a configuration and the signature it is for. It takes any
/// configuration, not only one of [TritonConfig], so that real mistakes of users can be held against it.
///
/// Source: triton-inference-server/core, src/model_config_utils.cc (ValidateIOShape, ValidateModelConfig,
/// ValidateInstanceGroup); onnxruntime_backend, src/onnxruntime.cc (ValidateInputs, ValidateOutputs) and
/// src/onnxruntime_utils.cc (CompareDimsSupported).
final class TritonLoadRules {
    private final ModelConfig config;
    private final List<Problem> problems = new ArrayList<>();

    private TritonLoadRules(ModelConfig config) {
        this.config = config;
    }

    /// What Triton would refuse.
    ///
    /// @param folder the model's folder in the repository
    /// @param inputs all inputs of the model
    /// @param outputs the tensor outputs of the model
    static List<Problem> check(ModelConfig config, String folder, List<ValueInfo> inputs, List<ValueInfo> outputs) {
        TritonLoadRules rules = new TritonLoadRules(config);
        rules.model(folder);
        if (config.getInputCount() != inputs.size()) {
            rules.refuse("Inputs", "the configuration has " + config.getInputCount() + ", the model has "
                    + inputs.size());
        }
        for (ModelInput io : config.getInputList()) {
            rules.tensor("Input", new Io(io.getName(), io.getDataType(), io.getDimsList(),
                    io.hasReshape() ? Optional.of(io.getReshape().getShapeList()) : Optional.empty()), inputs, false);
            if (io.getFormat() != ModelInput.Format.FORMAT_NONE && io.getDimsCount() != 3) {
                rules.refuse("Input " + io.getName(), "an image format needs three dims, there are "
                        + io.getDimsCount());
            }
        }
        if (config.getOutputCount() == 0) {
            rules.refuse("Outputs", "the configuration has none");
        }
        for (ModelOutput io : config.getOutputList()) {
            rules.tensor("Output", new Io(io.getName(), io.getDataType(), io.getDimsList(),
                    io.hasReshape() ? Optional.of(io.getReshape().getShapeList()) : Optional.empty()), outputs, true);
        }
        return List.copyOf(rules.problems);
    }

    private record Io(String name, DataType type, List<Long> dims, Optional<List<Long>> reshape) {}

    private void model(String folder) {
        if (!config.getName().isEmpty() && !config.getName().equals(folder)) {
            refuse("Name", "it is " + config.getName() + ", and the folder is " + folder);
        }
        if (config.getBackend().isEmpty() && config.getPlatform().isEmpty()) {
            refuse("Backend", "neither backend nor platform is given");
        }
        if (config.getMaxBatchSize() < 0) {
            refuse("max_batch_size", "it is " + config.getMaxBatchSize() + ", and must not be negative");
        }
        for (int size : config.getDynamicBatching().getPreferredBatchSizeList()) {
            if (size < 1 || size > config.getMaxBatchSize()) {
                refuse("dynamic_batching", "preferred batch size " + size + " lies outside 1.."
                        + config.getMaxBatchSize());
            }
        }
        for (ModelInstanceGroup group : config.getInstanceGroupList()) {
            if (group.getKind() == ModelInstanceGroup.Kind.KIND_CPU && group.getGpusCount() > 0) {
                refuse("instance_group", "KIND_CPU names GPUs " + group.getGpusList());
            }
            if (group.getCount() < 1) {
                refuse("instance_group", "its count is " + group.getCount());
            }
        }
    }

    private void tensor(String role, Io io, List<ValueInfo> declared, boolean exact) {
        String where = role + " " + io.name();
        Optional<ValueInfo> value = declared.stream().filter(v -> v.name().equals(io.name())).findFirst();
        if (value.isEmpty()) {
            refuse(where, "the model has none of this name, it has "
                    + declared.stream().map(ValueInfo::name).toList());
            return;
        }
        Optional<DataType> type = TritonConfig.dataType(value.get().type());
        if (!type.equals(Optional.of(io.type()))) {
            refuse(where, "its type is " + io.type() + ", and the model has " + value.get().type().label());
        }
        shape(where, io);
        model(where, io, TritonConfig.modelShape(value.get()), exact);
    }

    private void shape(String where, Io io) {
        if (io.dims().isEmpty()) {
            refuse(where, "dims are missing");
        }
        if (io.dims().stream().anyMatch(d -> d < 1 && d != TritonConfig.ANY_SIZE)) {
            refuse(where, "dims " + io.dims() + " hold a size that is neither at least 1 nor -1");
        }
        io.reshape().ifPresent(reshape -> {
            if (reshape.isEmpty() && config.getMaxBatchSize() == 0) {
                refuse(where, "an empty reshape needs batching");
            }
            if (elements(reshape) != elements(io.dims())) {
                refuse(where, "dims " + io.dims() + " and reshape " + reshape + " differ in their number of elements");
            }
        });
    }

    private void model(String where, Io io, List<Long> model, boolean exact) {
        List<Long> dims = io.reshape().orElse(io.dims());
        boolean batched = config.getMaxBatchSize() > 0;
        if (batched && (model.isEmpty() || model.getFirst() != TritonConfig.ANY_SIZE)) {
            refuse(where, "max_batch_size is " + config.getMaxBatchSize()
                    + ", and the model's first dimension is not open: " + model);
            return;
        }
        if (model.isEmpty()) {
            if (dims.stream().anyMatch(d -> d != 1)) {
                refuse(where, "the model has a scalar, and dims are " + dims);
            }
            return;
        }
        List<Long> full = new ArrayList<>();
        if (batched) {
            full.add(TritonConfig.ANY_SIZE);
        }
        full.addAll(dims);
        boolean fits = full.size() == model.size();
        for (int i = 0; fits && i < full.size(); i++) {
            boolean open = !exact && model.get(i) == TritonConfig.ANY_SIZE;
            fits = open || model.get(i).equals(full.get(i));
        }
        if (!fits) {
            refuse(where, "the configuration makes the shape " + full + ", and the model has " + model);
        }
    }

    private static long elements(Collection<Long> shape) {
        return shape.contains(TritonConfig.ANY_SIZE)
                ? TritonConfig.ANY_SIZE
                : shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    private void refuse(String where, String what) {
        problems.add(Problem.error("triton-refuses", where, what, "Triton would not load this configuration."));
    }
}
