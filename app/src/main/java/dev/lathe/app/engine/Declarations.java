package dev.lathe.app.engine;

import dev.lathe.evaluate.Dataset;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.Declared;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.ModelFormat;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is said of models whose files do not say it: by the user, or else by an ONNX twin among the models, or else by
/// the data, whose first sample gives the shapes, the batch left open.
final class Declarations {
    private final Map<Path, Declared> declared = new HashMap<>();

    private Declarations() {}

    /// Finds what can be said of these models, and tells the laboratory.
    ///
    /// @param given what the user says, in the order of the model's arguments; may be empty
    static Declarations settle(List<Path> models, List<ValueInfo> given, Optional<Dataset> data,
            LaboratoryProcess laboratory) {
        Declarations declarations = new Declarations();
        List<Path> silent = models.stream().filter(m -> ModelFormat.of(m) == ModelFormat.TORCHSCRIPT).toList();
        if (silent.isEmpty()) {
            return declarations;
        }
        Optional<LaboratoryProcess.SignaturePair> twin = models.stream().filter(m -> !silent.contains(m)).findFirst()
                .map(laboratory::signature);
        List<ValueInfo> inputs = !given.isEmpty()
                ? given
                : twin.map(LaboratoryProcess.SignaturePair::inputs)
                        .orElseGet(() -> data.map(Declarations::inputs).orElse(List.of()));
        List<String> outputs = twin.map(t -> t.outputs().stream().map(ValueInfo::name).toList())
                .orElseGet(() -> data.flatMap(Dataset::outputName).stream().toList());
        for (Path model : silent) {
            Declared says = new Declared(inputs, outputs);
            declarations.declared.put(model, says);
            laboratory.declare(model, says);
        }
        return declarations;
    }

    private static List<ValueInfo> inputs(Dataset data) {
        List<ValueInfo> inputs = new ArrayList<>();
        data.description().inputs().forEach((name, rule) -> {
            ValueInfo unknown = ValueInfo.tensor(name, rule.dtype().orElse(switch (rule.from()) {
                case "ids", "mask", "typeIds" -> DataType.INT64;
                default -> DataType.FLOAT;
            }));
            Tensor sample = Optional.ofNullable(data.sample(0, List.of(unknown)).get(name)).orElseThrow();
            List<Dim> dims = new ArrayList<>();
            for (long size : sample.shape()) {
                dims.add(dims.isEmpty() ? new Dim.Symbol("batch") : new Dim.Fixed(size));
            }
            inputs.add(ValueInfo.tensor(name, sample.type(), dims));
        });
        return inputs;
    }

    /// What is said of a model.
    Declared of(Path model) {
        return declared.getOrDefault(model, Declared.NOTHING);
    }
}
