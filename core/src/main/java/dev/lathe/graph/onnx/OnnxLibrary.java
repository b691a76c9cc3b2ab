package dev.lathe.graph.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.onnx.OpSchemaRegistry;
import org.bytedeco.onnx.ShapeInferenceOptions;
import org.bytedeco.onnx.StringTensorShapeProtoMap;
import org.bytedeco.onnx.global.onnx;

/// ONNX's own checker, shape inference and opset converter, which are native code: called in workers alone.
/// They never see large weights: constants over 1 KiB are stood in for by graph inputs of the same type and shape, so
/// that no model is too large for them and nothing is copied.
public final class OnnxLibrary {
    private static final long LARGEST_KEPT_BYTES = 1024;
    private static final boolean CHECK_NO_TYPES = false;
    /// Shapes that cannot be inferred are left out; anything else throws.
    private static final int LENIENT = 0;
    /// Follows what Shape, Gather, Concat and the like compute, without which many a Reshape has no shape.
    private static final boolean FOLLOW_SHAPE_VALUES = true;

    private OnnxLibrary() {}

    /// What the official checker says against the model; empty if it is valid.
    public static Optional<String> check(Model model) {
        try (org.bytedeco.onnx.ModelProto proto = parse(new Skeleton(model).bytes())) {
            onnx.check_model(proto);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(firstLine(e));
        }
    }

    /// The model with the types and shapes of its inner values declared, as far as they can be inferred.
    ///
    /// @throws ProblemException if the model contradicts itself
    public static Model inferShapes(Model model) {
        try (org.bytedeco.onnx.ModelProto proto = parse(new Skeleton(model).bytes());
                ShapeInferenceOptions options = new ShapeInferenceOptions(CHECK_NO_TYPES, LENIENT, FOLLOW_SHAPE_VALUES);
                StringTensorShapeProtoMap shapeValues = new StringTensorShapeProtoMap()) {
            onnx.InferShapes(proto, OpSchemaRegistry.Instance(), options, shapeValues);
            ModelProto inferred = ModelProto.parseFrom(serialize(proto));
            List<ValueInfo> values = inferred.getGraph().getValueInfoList().stream().map(Decoder::value).toList();
            return model.withGraph(model.graph().withValues(values));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("shape inference wrote no model", e);
        } catch (RuntimeException e) {
            throw new ProblemException(
                    Problem.error("shape-inference", "", "shapes cannot be inferred: " + firstLine(e),
                            "Export the model again, or leave the step out."),
                    e);
        }
    }

    /// The model at another version of ONNX's own operator set.
    ///
    /// @throws ProblemException if the converter has no rule for one of its operators
    public static Model convert(Model model, int opset) {
        Skeleton skeleton = new Skeleton(model);
        try (org.bytedeco.onnx.ModelProto proto = parse(skeleton.bytes());
                org.bytedeco.onnx.ModelProto converted = onnx.ConvertVersion(proto, opset)) {
            return skeleton.restore(OnnxReader.decode(serialize(converted), Path.of("converted.onnx")));
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ProblemException(Problem.error("opset-conversion", "",
                    "the model cannot be converted from opset " + model.opset() + " to " + opset + ": "
                            + conversionFailure(e),
                    "Export it with opset " + opset + " or later."), e);
        }
    }

    private static org.bytedeco.onnx.ModelProto parse(byte[] bytes) {
        org.bytedeco.onnx.ModelProto proto = new org.bytedeco.onnx.ModelProto();
        try (BytePointer pointer = new BytePointer(bytes)) {
            if (!proto.ParseFromArray(pointer, bytes.length)) {
                throw new IllegalStateException("ONNX's library cannot parse the model");
            }
        }
        return proto;
    }

    private static byte[] serialize(org.bytedeco.onnx.ModelProto proto) {
        int size = Math.toIntExact(proto.ByteSizeLong());
        try (BytePointer pointer = new BytePointer(size)) {
            proto.SerializeToArray(pointer, size);
            byte[] bytes = new byte[size];
            pointer.get(bytes);
            return bytes;
        }
    }

    /// The converter looks up operators in a map, and says no more than that one is not there.
    private static String conversionFailure(RuntimeException e) {
        String reason = firstLine(e);
        return reason.contains("_Map_base::at") || reason.contains("map::at")
                ? "ONNX's converter has no rule for one of its operators"
                : reason;
    }

    private static String firstLine(RuntimeException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.strip().lines().filter(l -> !l.isBlank()).limit(2).reduce((a, b) -> a + " " + b)
                .orElse("no reason given");
    }

    /// A model without its large constants, and the way back.
    private static final class Skeleton {
        private final Model model;
        private final SequencedMap<String, TensorData> large = new LinkedHashMap<>();
        private final Set<String> added = new HashSet<>();

        Skeleton(Model model) {
            this.model = model;
            model.graph().initializers().forEach((name, tensor) -> {
                if (tensor.sizeBytes() > LARGEST_KEPT_BYTES && tensor.type() != DataType.STRING) {
                    large.put(name, tensor);
                }
            });
            model.graph().nodes().forEach(n -> largeConstant(n).ifPresent(t -> large.put(n.outputs().getFirst(), t)));
        }

        private static Optional<TensorData> largeConstant(Node node) {
            return node.is("Constant")
                    ? node.attribute("value").flatMap(v -> v instanceof Attribute.TensorValue(var tensor)
                            && tensor.sizeBytes() > LARGEST_KEPT_BYTES && tensor.type() != DataType.STRING
                                    ? Optional.of(tensor)
                                    : Optional.empty())
                    : Optional.empty();
        }

        byte[] bytes() {
            Graph graph = model.graph();
            SequencedMap<String, TensorData> small = new LinkedHashMap<>(graph.initializers());
            small.keySet().removeAll(large.keySet());
            List<ValueInfo> inputs = new ArrayList<>(graph.inputs());
            Set<String> known = new HashSet<>(graph.inputs().stream().map(ValueInfo::name).toList());
            large.forEach((name, tensor) -> {
                if (known.add(name)) {
                    added.add(name);
                    inputs.add(ValueInfo.tensor(name, tensor.type(),
                            tensor.shape().stream().map(d -> (Dim) new Dim.Fixed(d)).toList()));
                }
            });
            List<Node> nodes = graph.nodes().stream().filter(n -> largeConstant(n).isEmpty()).toList();
            List<ValueInfo> values = graph.values().stream().filter(v -> !known.contains(v.name())).toList();
            Graph bare = new Graph(graph.name().isEmpty() ? "graph" : graph.name(), nodes, inputs, graph.outputs(),
                    small,
                    values, graph.rest());
            return new Encoder(Encoder.Weights.INSIDE).model(model.withGraph(bare)).toByteArray();
        }

        Model restore(Model converted) {
            Graph graph = converted.graph();
            SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
            Stream.concat(model.graph().initializers().keySet().stream(), graph.initializers().keySet().stream())
                    .distinct()
                    .forEach(name -> Optional.ofNullable(large.getOrDefault(name, graph.initializers().get(name)))
                            .ifPresent(t -> initializers.put(name, t)));
            large.forEach(initializers::putIfAbsent);
            List<ValueInfo> inputs = graph.inputs().stream().filter(i -> !added.contains(i.name())).toList();
            Graph whole = new Graph(model.graph().name(), graph.nodes(), inputs, graph.outputs(), initializers,
                    graph.values(), Extra.NONE);
            return new Model(whole, model.functions(), converted.opsets(),
                    Math.max(converted.irVersion(), model.irVersion()),
                    model.metadata(), model.rest());
        }
    }
}
