package dev.lathe.graph.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.onnx.OpSchemaRegistry;
import org.bytedeco.onnx.ShapeInferenceOptions;
import org.bytedeco.onnx.StringTensorShapeProtoMap;
import org.bytedeco.onnx.global.onnx;

/// ONNX's own checker, shape inference and opset converter, which are native code: called in workers alone.
/// They never see large weights: constants over 1 KiB are stood in for by graph inputs of the same type and shape, so
/// that no model is too large for them and nothing is copied.
public final class OnnxLibrary {
    private static final boolean CHECK_NO_TYPES = false;
    /// Shapes that cannot be inferred are left out; anything else throws.
    private static final int LENIENT = 0;
    /// Follows what Shape, Gather, Concat and the like compute, without which many a Reshape has no shape.
    private static final boolean FOLLOW_SHAPE_VALUES = true;

    private OnnxLibrary() {}

    /// What the official checker says against the model; empty if it is valid.
    public static Optional<String> check(Model model) {
        try (org.bytedeco.onnx.ModelProto proto = parse(new Skeleton(model).bare())) {
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
        try (org.bytedeco.onnx.ModelProto proto = parse(new Skeleton(model).bare());
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
        try (org.bytedeco.onnx.ModelProto proto = parse(skeleton.bare());
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

    private static org.bytedeco.onnx.ModelProto parse(Model bare) {
        byte[] bytes = new Encoder(Encoder.Weights.INSIDE).model(bare).toByteArray();
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
}
