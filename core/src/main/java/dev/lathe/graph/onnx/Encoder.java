package dev.lathe.graph.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxProto.AttributeProto;
import dev.lathe.graph.onnx.OnnxProto.AttributeProto.AttributeType;
import dev.lathe.graph.onnx.OnnxProto.FunctionProto;
import dev.lathe.graph.onnx.OnnxProto.GraphProto;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import dev.lathe.graph.onnx.OnnxProto.NodeProto;
import dev.lathe.graph.onnx.OnnxProto.OperatorSetIdProto;
import dev.lathe.graph.onnx.OnnxProto.StringStringEntryProto;
import dev.lathe.graph.onnx.OnnxProto.TensorProto;
import dev.lathe.graph.onnx.OnnxProto.TensorShapeProto;
import dev.lathe.graph.onnx.OnnxProto.TypeProto;
import dev.lathe.graph.onnx.OnnxProto.ValueInfoProto;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// From values to ONNX's messages. Bytes of tensors are wrapped, not copied.
final class Encoder {

    /// Where the elements of a tensor go.
    @FunctionalInterface
    interface Weights {
        /// Puts the elements, or a reference to them, into the message.
        void put(String name, TensorData tensor, TensorProto.Builder proto);

        /// Leaves the elements out: for comparing messages.
        Weights NONE = (_, _, _) -> {};

        /// Puts the elements into the message.
        Weights INSIDE = (_, tensor, proto) -> {
            proto.clearExternalData().clearDataLocation();
            putInside(tensor, proto);
        };

        /// Leaves elements that are in external files there, for a model that stays beside them.
        Weights AS_BEFORE = (_, tensor, proto) -> {
            if (!(tensor instanceof TensorData.Mapped mapped && mapped.external().isPresent())) {
                putInside(tensor, proto);
            }
        };

        private static void putInside(TensorData tensor, TensorProto.Builder proto) {
            switch (tensor) {
                case TensorData.Strings _ when proto.getStringDataCount() > 0 -> {
                    // texts that are no UTF-8, in the tensor's rest
                }
                case TensorData.Strings strings ->
                    strings.values().forEach(v -> proto.addStringData(ByteString.copyFromUtf8(v)));
                case TensorData.InMemory(var type, _, var data, var encoding, _) when encoding == TensorData.Encoding.TYPED ->
                    TypedFields.put(proto, type, data);
                case TensorData.InMemory memory -> proto.setRawData(wrap(memory.bytes()));
                case TensorData.Mapped mapped -> proto.setRawData(wrap(mapped.bytes()));
            }
        }
    }

    private final Weights weights;

    Encoder(Weights weights) {
        this.weights = weights;
    }

    static ByteString wrap(MemorySegment bytes) {
        return bytes.byteSize() == 0 ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(bytes.asByteBuffer());
    }

    ModelProto model(Model model) {
        try {
            ModelProto.Builder proto = ModelProto.parseFrom(model.rest().bytes()).toBuilder();
            if (model.irVersion() != 0) {
                proto.setIrVersion(model.irVersion());
            }
            if (!model.metadata().producerName().isEmpty()) {
                proto.setProducerName(model.metadata().producerName());
            }
            if (!model.metadata().producerVersion().isEmpty()) {
                proto.setProducerVersion(model.metadata().producerVersion());
            }
            putMaps(model, proto);
            for (Model.Function function : model.functions()) {
                proto.addFunctions(FunctionProto.parseFrom(function.content().bytes()));
            }
            return proto.setGraph(graph(model.graph())).build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("kept parts of a model do not parse", e);
        }
    }

    /// Opsets and properties as the file had them (it may say one twice), unless they changed.
    private static void putMaps(Model model, ModelProto.Builder proto) {
        ModelProto kept = proto.build();
        if (!Decoder.properties(kept).equals(model.metadata().properties())) {
            proto.clearMetadataProps();
            model.metadata().properties().forEach((key, value) -> proto
                    .addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        }
        if (!Decoder.opsets(kept).equals(model.opsets())) {
            proto.clearOpsetImport();
            model.opsets().forEach((domain, version) -> {
                OperatorSetIdProto.Builder opset = OperatorSetIdProto.newBuilder().setVersion(version);
                proto.addOpsetImport(domain.isEmpty() ? opset : opset.setDomain(domain));
            });
        }
    }

    GraphProto graph(Graph graph) {
        GraphProto.Builder proto = rest(graph.rest());
        if (!graph.name().isEmpty()) {
            proto.setName(graph.name());
        }
        graph.nodes().forEach(n -> proto.addNode(node(n)));
        graph.inputs().forEach(v -> proto.addInput(value(v)));
        graph.outputs().forEach(v -> proto.addOutput(value(v)));
        graph.values().forEach(v -> proto.addValueInfo(value(v)));
        graph.initializers().forEach((name, tensor) -> proto.addInitializer(tensor(name, tensor, weights)));
        return proto.build();
    }

    private static GraphProto.Builder rest(Extra extra) {
        try {
            return GraphProto.parseFrom(extra.bytes()).toBuilder();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("kept parts of a graph do not parse", e);
        }
    }

    private NodeProto node(Node node) {
        try {
            NodeProto.Builder proto = NodeProto.parseFrom(node.rest().bytes()).toBuilder();
            if (!node.name().isEmpty()) {
                proto.setName(node.name());
            }
            if (!node.domain().isEmpty()) {
                proto.setDomain(node.domain());
            }
            proto.setOpType(node.opType()).addAllInput(node.inputs()).addAllOutput(node.outputs());
            node.attributes().forEach(a -> proto.addAttribute(attribute(a, weights)));
            return proto.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("kept parts of a node do not parse", e);
        }
    }

    static AttributeProto attribute(Attribute attribute, Weights weights) {
        AttributeProto.Builder proto = attribute.rest().isEmpty() ? fresh(attribute) : kept(attribute);
        switch (attribute.value()) {
            case Attribute.TensorValue(var tensor) -> proto.setT(tensor("", tensor, weights));
            case Attribute.GraphValue(var graph) -> proto.setG(new Encoder(weights).graph(graph));
            case Attribute.FloatValue _,Attribute.IntValue _,Attribute.StringValue _,Attribute.FloatsValue _,Attribute.IntsValue _,Attribute.StringsValue _,Attribute.OtherValue _ -> {
                // written already
            }
        }
        return proto.build();
    }

    private static AttributeProto.Builder kept(Attribute attribute) {
        try {
            return AttributeProto.parseFrom(attribute.rest().bytes()).toBuilder();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("kept parts of an attribute do not parse", e);
        }
    }

    private static AttributeProto.Builder fresh(Attribute attribute) {
        AttributeProto.Builder proto = AttributeProto.newBuilder().setName(attribute.name());
        return switch (attribute.value()) {
            case Attribute.FloatValue(float value) -> proto.setType(AttributeType.FLOAT).setF(value);
            case Attribute.IntValue(long value) -> proto.setType(AttributeType.INT).setI(value);
            case Attribute.StringValue(String value) ->
                proto.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(value));
            case Attribute.FloatsValue(var values) -> proto.setType(AttributeType.FLOATS).addAllFloats(values);
            case Attribute.IntsValue(var values) -> proto.setType(AttributeType.INTS).addAllInts(values);
            case Attribute.StringsValue(var values) -> proto.setType(AttributeType.STRINGS)
                    .addAllStrings(values.stream().map(ByteString::copyFromUtf8).toList());
            case Attribute.TensorValue _ -> proto.setType(AttributeType.TENSOR);
            case Attribute.GraphValue _ -> proto.setType(AttributeType.GRAPH);
            case Attribute.OtherValue _ -> proto;
        };
    }

    static ValueInfoProto value(ValueInfo value) {
        ValueInfoProto.Builder proto = ValueInfoProto.newBuilder();
        if (!value.rest().isEmpty()) {
            try {
                proto.mergeFrom(value.rest().bytes());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("kept parts of a value do not parse", e);
            }
            if (Decoder.declares(proto.build(), value)) {
                return proto.setName(value.name()).build();
            }
        }
        proto.setName(value.name());
        if (value.isTensor()) {
            TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(value.type().number());
            value.shape().ifPresent(s -> tensor.setShape(shape(s)));
            proto.setType(TypeProto.newBuilder().setTensorType(tensor));
        }
        return proto.build();
    }

    private static TensorShapeProto shape(List<Dim> dims) {
        TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
        for (Dim dim : dims) {
            proto.addDim(switch (dim) {
                case Dim.Fixed(long size) -> TensorShapeProto.Dimension.newBuilder().setDimValue(size);
                case Dim.Symbol(String name) -> TensorShapeProto.Dimension.newBuilder().setDimParam(name);
                case Dim.Any _ -> TensorShapeProto.Dimension.newBuilder();
            });
        }
        return proto.build();
    }

    static TensorProto tensor(String name, TensorData tensor, Weights weights) {
        try {
            TensorProto.Builder proto = TensorProto.parseFrom(tensor.rest().bytes()).toBuilder();
            proto.addAllDims(new ArrayList<>(tensor.shape()));
            if (tensor.type() != DataType.UNDEFINED) {
                proto.setDataType(tensor.type().number());
            }
            if (!name.isEmpty()) {
                proto.setName(name);
            }
            weights.put(name, tensor, proto);
            return proto.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("kept parts of a tensor do not parse", e);
        }
    }
}
