package dev.lathe.graph.onnx;

import com.google.protobuf.ByteString;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.MappedFile;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxProto.AttributeProto;
import dev.lathe.graph.onnx.OnnxProto.GraphProto;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import dev.lathe.graph.onnx.OnnxProto.NodeProto;
import dev.lathe.graph.onnx.OnnxProto.StringStringEntryProto;
import dev.lathe.graph.onnx.OnnxProto.TensorProto;
import dev.lathe.graph.onnx.OnnxProto.TensorShapeProto;
import dev.lathe.graph.onnx.OnnxProto.ValueInfoProto;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// From ONNX's messages to values. What the values do not name stays in their [Extra].
final class Decoder {
    private final @Nullable MappedFile file;
    private final ExternalFiles externals;

    /// @param file the mapped file whose bytes the message's own byte fields alias, or null if they are on the heap
    Decoder(@Nullable MappedFile file, ExternalFiles externals) {
        this.file = file;
        this.externals = externals;
    }

    Model model(ModelProto proto) {
        SequencedMap<String, Long> opsets = opsets(proto);
        checkOpsets(opsets);
        List<Model.Function> functions = proto.getFunctionsList().stream()
                .map(f -> new Model.Function(f.getDomain(), f.getName(), Extra.of(f.toByteArray()))).toList();
        ModelProto.Builder rest = proto.toBuilder().clearIrVersion().clearGraph().clearFunctions();
        if (!proto.getProducerName().isEmpty()) {
            rest.clearProducerName();
        }
        if (!proto.getProducerVersion().isEmpty()) {
            rest.clearProducerVersion();
        }
        return new Model(graph(proto.getGraph()), functions, opsets, proto.getIrVersion(),
                new Model.Metadata(proto.getProducerName(), proto.getProducerVersion(), properties(proto)),
                Extra.of(rest.build().toByteArray()));
    }

    static SequencedMap<String, Long> opsets(ModelProto proto) {
        SequencedMap<String, Long> opsets = new LinkedHashMap<>();
        proto.getOpsetImportList().forEach(o -> opsets.put(o.getDomain(), o.getVersion()));
        return opsets;
    }

    static SequencedMap<String, String> properties(ModelProto proto) {
        SequencedMap<String, String> properties = new LinkedHashMap<>();
        proto.getMetadataPropsList().forEach(p -> properties.put(p.getKey(), p.getValue()));
        return properties;
    }

    private void checkOpsets(SequencedMap<String, Long> opsets) {
        opsets.forEach((domain, version) -> {
            if (version < 0 || version > Integer.MAX_VALUE) {
                throw refused("opset-version",
                        "it imports version " + version + " of the operators "
                                + (domain.isEmpty() ? "ai.onnx" : domain),
                        "The file is damaged: export or download it again.");
            }
        });
    }

    private ProblemException refused(String code, String what, String remedy) {
        return Problem.error(code, externals.model().toString(), what, remedy).toException();
    }

    Graph graph(GraphProto proto) {
        SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
        for (TensorProto tensor : proto.getInitializerList()) {
            if (initializers.put(tensor.getName(), tensor(tensor, "")) != null) {
                throw refused("duplicate-value", "two initializers have the name " + tensor.getName(),
                        "Export the model again: names must be unique.");
            }
        }
        GraphProto rest = proto.toBuilder().clearNode().clearName().clearInitializer().clearInput().clearOutput()
                .clearValueInfo().build();
        return new Graph(proto.getName(), proto.getNodeList().stream().map(this::node).toList(),
                proto.getInputList().stream().map(Decoder::value).toList(),
                proto.getOutputList().stream().map(Decoder::value).toList(), initializers,
                proto.getValueInfoList().stream().map(Decoder::value).toList(), Extra.of(rest.toByteArray()));
    }

    private Node node(NodeProto proto) {
        NodeProto.Builder rest = proto.toBuilder().clearInput().clearOutput().clearOpType().clearAttribute();
        if (!proto.getName().isEmpty()) {
            rest.clearName();
        }
        if (!proto.getDomain().isEmpty()) {
            rest.clearDomain();
        }
        Node plain = new Node(proto.getName(), proto.getDomain(), proto.getOpType(), proto.getInputList(),
                proto.getOutputList(), List.of(), Extra.of(rest.build().toByteArray()));
        return plain.withAttributes(
                proto.getAttributeList().stream().map(a -> attribute(a, plain.label())).toList());
    }

    private Attribute attribute(AttributeProto proto, String node) {
        Attribute plain = Attribute.of(proto.getName(), attributeValue(proto, node));
        boolean holdsMore = plain.value() instanceof Attribute.OtherValue
                || !skeleton(Encoder.attribute(plain, Encoder.Weights.NONE)).equals(skeleton(proto));
        return holdsMore
                ? new Attribute(proto.getName(), plain.value(), Extra.of(skeleton(proto).toByteArray()))
                : plain;
    }

    /// The message without its tensor and graph, which are always written from the value.
    static AttributeProto skeleton(AttributeProto proto) {
        return proto.hasT() || proto.hasG() ? proto.toBuilder().clearT().clearG().build() : proto;
    }

    private Attribute.Value attributeValue(AttributeProto proto, String node) {
        return switch (kind(proto)) {
            case FLOAT -> new Attribute.FloatValue(proto.getF());
            case INT -> new Attribute.IntValue(proto.getI());
            case STRING -> new Attribute.StringValue(proto.getS().toString(StandardCharsets.UTF_8));
            case TENSOR -> new Attribute.TensorValue(tensor(proto.getT(), node));
            case GRAPH -> new Attribute.GraphValue(graph(proto.getG()));
            case FLOATS -> new Attribute.FloatsValue(proto.getFloatsList());
            case INTS -> new Attribute.IntsValue(proto.getIntsList());
            case STRINGS -> new Attribute.StringsValue(
                    proto.getStringsList().stream().map(s -> s.toString(StandardCharsets.UTF_8)).toList());
            case UNDEFINED, TENSORS, GRAPHS, SPARSE_TENSOR, SPARSE_TENSORS, TYPE_PROTO, TYPE_PROTOS ->
                new Attribute.OtherValue();
        };
    }

    /// The kind of an attribute; files older than IR version 2 do not name it.
    private static AttributeProto.AttributeType kind(AttributeProto proto) {
        if (!proto.getRefAttrName().isEmpty()) {
            return AttributeProto.AttributeType.UNDEFINED;
        }
        if (proto.hasType()) {
            return proto.getType();
        }
        if (proto.hasF()) {
            return AttributeProto.AttributeType.FLOAT;
        }
        if (proto.hasI()) {
            return AttributeProto.AttributeType.INT;
        }
        if (proto.hasS()) {
            return AttributeProto.AttributeType.STRING;
        }
        if (proto.hasT()) {
            return AttributeProto.AttributeType.TENSOR;
        }
        if (proto.hasG()) {
            return AttributeProto.AttributeType.GRAPH;
        }
        if (proto.getFloatsCount() > 0) {
            return AttributeProto.AttributeType.FLOATS;
        }
        return proto.getIntsCount() > 0 ? AttributeProto.AttributeType.INTS : AttributeProto.AttributeType.UNDEFINED;
    }

    static ValueInfo value(ValueInfoProto proto) {
        ValueInfo plain = new ValueInfo(proto.getName(), type(proto), shape(proto), Extra.NONE);
        return Encoder.value(plain).equals(proto)
                ? plain
                : new ValueInfo(proto.getName(), plain.type(), plain.shape(), Extra.of(proto.toByteArray()));
    }

    /// Whether the message declares the type and the shape that the value has.
    static boolean declares(ValueInfoProto proto, ValueInfo value) {
        return type(proto) == value.type() && shape(proto).equals(value.shape());
    }

    private static DataType type(ValueInfoProto proto) {
        return proto.getType().hasTensorType()
                ? DataType.ofNumber(proto.getType().getTensorType().getElemType()).orElse(DataType.UNDEFINED)
                : DataType.UNDEFINED;
    }

    private static Optional<List<Dim>> shape(ValueInfoProto proto) {
        return proto.getType().hasTensorType() && proto.getType().getTensorType().hasShape()
                ? Optional.of(shape(proto.getType().getTensorType().getShape()))
                : Optional.empty();
    }

    private static List<Dim> shape(TensorShapeProto proto) {
        List<Dim> dims = new ArrayList<>();
        for (TensorShapeProto.Dimension dim : proto.getDimList()) {
            dims.add(switch (dim.getValueCase()) {
                // exporters of PaddlePaddle write -1 for a size that is not known
                case DIM_VALUE -> dim.getDimValue() < 0 ? new Dim.Any() : new Dim.Fixed(dim.getDimValue());
                case DIM_PARAM -> dim.getDimParam().isEmpty() ? new Dim.Any() : new Dim.Symbol(dim.getDimParam());
                case VALUE_NOT_SET -> new Dim.Any();
            });
        }
        return dims;
    }

    private TensorData tensor(TensorProto proto, String node) {
        String label = ("tensor " + proto.getName()).strip() + (node.isEmpty() ? "" : " in node " + node);
        DataType type = DataType.ofNumber(proto.getDataType()).filter(t -> t != DataType.UNDEFINED)
                .orElseThrow(() -> refused("unknown-element-type",
                        label + " has element type number " + proto.getDataType()
                                + ", which this version does not know",
                        "Use a newer version of Lathe, or export with an older IR version."));
        List<Long> shape = proto.getDimsList();
        if (shape.stream().anyMatch(d -> d < 0)) {
            throw refused("negative-shape", label + " has the shape " + shape, "Export the model again.");
        }
        if (type == DataType.STRING) {
            return strings(proto, shape, label);
        }
        if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            return external(proto, type, shape, label);
        }
        if (proto.hasRawData()) {
            return raw(proto, type, shape, label);
        }
        MemorySegment bytes = TypedFields.bytes(proto, type);
        checkSize(label, type, shape, bytes.byteSize());
        return new TensorData.InMemory(type, shape, bytes, TensorData.Encoding.TYPED, rest(proto.toBuilder()));
    }

    /// Texts that are no UTF-8 stay in the rest, from which they are written again.
    private TensorData strings(TensorProto proto, List<Long> shape, String label) {
        long wanted = bytes(DataType.UINT8, shape);
        if (wanted != proto.getStringDataCount()) {
            throw refused("tensor-size",
                    label + " string" + shape + " needs " + wanted + " texts and has " + proto.getStringDataCount(),
                    "The file is damaged: export or download it again.");
        }
        TensorProto.Builder rest = proto.toBuilder().clearDims().clearDataType();
        boolean utf8 = proto.getStringDataList().stream().allMatch(ByteString::isValidUtf8);
        return new TensorData.Strings(shape,
                proto.getStringDataList().stream().map(s -> s.toString(StandardCharsets.UTF_8)).toList(),
                utf8 ? rest(rest) : Extra.of(rest.build().toByteArray()));
    }

    private TensorData raw(TensorProto proto, DataType type, List<Long> shape, String label) {
        ByteString raw = proto.getRawData();
        checkSize(label, type, shape, raw.size());
        Extra rest = rest(proto.toBuilder());
        if (file == null || raw.isEmpty()) {
            MemorySegment data = MemorySegment.ofBuffer(raw.asReadOnlyByteBuffer());
            return new TensorData.InMemory(type, shape, data, TensorData.Encoding.RAW, rest);
        }
        MemorySegment segment = MemorySegment.ofBuffer(raw.asReadOnlyByteBuffer());
        long offset = segment.address() - file.whole().address();
        return new TensorData.Mapped(type, shape, file, offset, raw.size(), Optional.empty(), rest);
    }

    private TensorData external(TensorProto proto, DataType type, List<Long> shape, String label) {
        String location = "";
        long offset = 0;
        long length = bytes(type, shape);
        for (StringStringEntryProto entry : proto.getExternalDataList()) {
            switch (entry.getKey()) {
                case "location" -> location = entry.getValue();
                case "offset" -> offset = number(entry, label);
                case "length" -> length = number(entry, label);
                default -> {
                    // checksums and later keys are kept, not used
                }
            }
        }
        MappedFile data = externals.file(location, label);
        if (length > data.sizeBytes() || offset > data.sizeBytes() - length) {
            throw Problem.error("external-data-range", data.path().toString(),
                    label + " needs " + length + " bytes from byte " + offset + " on, and the file has "
                            + data.sizeBytes(),
                    "The file is cut short or belongs to another model: copy it again.").toException();
        }
        checkSize(label, type, shape, length);
        return new TensorData.Mapped(type, shape, data, offset, length, Optional.of(location), rest(proto.toBuilder()));
    }

    private long number(StringStringEntryProto entry, String label) {
        try {
            long number = Long.parseLong(entry.getValue());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // falls through: it is said below
        }
        throw refused("external-data-range",
                "the external data of " + label + " has the " + entry.getKey() + " " + entry.getValue(),
                "Save the model again: it must be a number of bytes.");
    }

    private void checkSize(String label, DataType type, List<Long> shape, long bytes) {
        long wanted = bytes(type, shape);
        if (wanted != bytes) {
            throw refused("tensor-size",
                    label + " " + type.label() + shape + " needs " + wanted + " bytes and has " + bytes,
                    "The file is damaged: export or download it again.");
        }
    }

    /// Bytes that a tensor of this shape takes; more than any file has, where it does not fit 63 bits.
    private static long bytes(DataType type, List<Long> shape) {
        try {
            return type.bytes(
                    shape.contains(0L) ? 0 : shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact));
        } catch (ArithmeticException _) {
            return Long.MAX_VALUE;
        }
    }

    private static Extra rest(TensorProto.Builder builder) {
        return Extra.of(builder.clearDims().clearDataType().clearRawData().clearFloatData().clearInt32Data()
                .clearInt64Data().clearDoubleData().clearUint64Data().clearStringData().build().toByteArray());
    }
}
