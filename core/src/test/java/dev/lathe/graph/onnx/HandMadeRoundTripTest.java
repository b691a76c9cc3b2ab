package dev.lathe.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.MappedFile;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxProto.AttributeProto;
import dev.lathe.graph.onnx.OnnxProto.AttributeProto.AttributeType;
import dev.lathe.graph.onnx.OnnxProto.FunctionProto;
import dev.lathe.graph.onnx.OnnxProto.GraphProto;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import dev.lathe.graph.onnx.OnnxProto.NodeProto;
import dev.lathe.graph.onnx.OnnxProto.OperatorSetIdProto;
import dev.lathe.graph.onnx.OnnxProto.TensorProto;
import dev.lathe.graph.onnx.OnnxProto.TypeProto;
import dev.lathe.graph.onnx.OnnxProto.ValueInfoProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Models are read and written back message by message, whatever is in them.
class HandMadeRoundTripTest {
    private static final int UNKNOWN_FIELD = 1999;
    private static final byte[] NO_UTF8 = {(byte) 0xff, (byte) 0xfe, 0};

    @TempDir
    Path folder;

    private Model survives(ModelProto.Builder proto) throws IOException {
        Path path = Protos.save(proto, folder.resolve("m.onnx"));
        Model model = OnnxReader.read(path);
        assertThat(OnnxWriter.asBefore(model)).isEqualTo(proto.build());
        Path copy = folder.resolve("copy.onnx");
        OnnxWriter.write(model, copy);
        assertThat(OnnxReader.parse(MappedFile.open(copy))).isEqualTo(proto.build());
        return model;
    }

    private static AttributeProto.Builder attribute(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    private static List<AttributeProto> everyKind() {
        GraphProto.Builder body = GraphProto.newBuilder().setName("body").addOutput(Protos.value("b"))
                .addInitializer(Protos.raw(4, 1).setName("b"));
        List<AttributeProto.Builder> kinds = List.of(attribute("f", AttributeType.FLOAT).setF(1.5f),
                attribute("nan", AttributeType.FLOAT).setF(Float.NaN), attribute("i", AttributeType.INT).setI(-7),
                attribute("s", AttributeType.STRING).setS(ByteString.copyFromUtf8("NOTSET")),
                attribute("bytes", AttributeType.STRING).setS(ByteString.copyFrom(NO_UTF8)),
                attribute("t", AttributeType.TENSOR).setT(Protos.raw(8, 2).clearName()),
                attribute("named", AttributeType.TENSOR).setT(Protos.floats(1).addFloatData(3).setName("inner")),
                attribute("g", AttributeType.GRAPH).setG(body),
                attribute("floats", AttributeType.FLOATS).addFloats(1).addFloats(2),
                attribute("ints", AttributeType.INTS).addInts(1).addInts(Long.MIN_VALUE),
                attribute("noInts", AttributeType.INTS),
                attribute("strings", AttributeType.STRINGS).addStrings(ByteString.copyFromUtf8("é"))
                        .addStrings(ByteString.copyFrom(NO_UTF8)),
                attribute("tensors", AttributeType.TENSORS).addTensors(Protos.raw(4, 1)),
                attribute("graphs", AttributeType.GRAPHS).addGraphs(body),
                attribute("sparse", AttributeType.SPARSE_TENSOR).setUnknownFields(unknown(22)),
                attribute("type", AttributeType.TYPE_PROTO).setUnknownFields(unknown(14)),
                attribute("old", AttributeType.INT).clearType().setI(3),
                attribute("oldFloats", AttributeType.FLOATS).clearType().addFloats(1),
                attribute("reference", AttributeType.INT).setRefAttrName("outer"),
                attribute("documented", AttributeType.INT).setI(1).setUnknownFields(unknown(13)));
        return kinds.stream().map(AttributeProto.Builder::build).toList();
    }

    private static UnknownFieldSet unknown(int field) {
        return UnknownFieldSet.newBuilder().addField(field, UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFromUtf8("later")).build()).build();
    }

    @Test
    void everyKindOfAttributeSurvives() throws IOException {
        ModelProto.Builder proto = Protos.adding(Protos.raw(4, 1));
        proto.getGraphBuilder().getNodeBuilder(0).addAllAttribute(everyKind());
        Model model = survives(proto);
        assertThat(model.graph().nodes().getFirst().intAttribute("i", 0)).isEqualTo(-7);
        assertThat(model.graph().nodes().getFirst().floatAttribute("f", 0)).isEqualTo(1.5f);
        assertThat(model.graph().nodes().getFirst().intAttribute("old", 0)).isEqualTo(3);
        assertThat(model.graph().nodes().getFirst().attribute("reference")).contains(new Attribute.OtherValue());
        assertThat(model.graph().nodes().getFirst().intsAttribute("ints")).contains(List.of(1L, Long.MIN_VALUE));
    }

    @Test
    void fieldsOfLaterVersionsSurviveEverywhere() throws IOException {
        ModelProto.Builder proto = Protos.adding(Protos.raw(4, 1).setUnknownFields(unknown(UNKNOWN_FIELD)))
                .setUnknownFields(unknown(UNKNOWN_FIELD)).setDocString("what it is").setDomain("com.example")
                .setModelVersion(3);
        GraphProto.Builder graph = proto.getGraphBuilder().setUnknownFields(unknown(UNKNOWN_FIELD));
        graph.getNodeBuilder(0).setUnknownFields(unknown(UNKNOWN_FIELD));
        graph.getInputBuilder(0).setUnknownFields(unknown(UNKNOWN_FIELD));
        graph.addValueInfo(ValueInfoProto.newBuilder().setName("sequence")
                .setType(TypeProto.newBuilder().setUnknownFields(unknown(4))));
        survives(proto);
    }

    @Test
    void functionsAndMetadataSurvive() throws IOException {
        ModelProto.Builder proto = Protos.adding(Protos.raw(4, 1)).setProducerName("maker").setProducerVersion("1.0")
                .addMetadataProps(OnnxWriter.entry("a", "1")).addMetadataProps(OnnxWriter.entry("b", ""))
                .addFunctions(FunctionProto.newBuilder().setName("f").setDomain("own").addInput("x").addOutput("y")
                        .addNode(NodeProto.newBuilder().setOpType("Relu").addInput("x").addOutput("y"))
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17)));
        Model model = survives(proto);
        assertThat(model.metadata().properties()).containsExactly(java.util.Map.entry("a", "1"),
                java.util.Map.entry("b", ""));
        assertThat(model.functions()).singleElement().satisfies(f -> {
            assertThat(f.domain()).isEqualTo("own");
            assertThat(f.name()).isEqualTo("f");
        });
    }

    @Test
    void whatAFileSaysTwiceSurvives() throws IOException {
        survives(Protos.adding(Protos.raw(4, 1)).addMetadataProps(OnnxWriter.entry("a", "1"))
                .addMetadataProps(OnnxWriter.entry("a", "2"))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(2))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(3)));
    }

    @Test
    void changedPropertiesAreWritten() throws IOException {
        Model model = survives(Protos.adding(Protos.raw(4, 1)).addMetadataProps(OnnxWriter.entry("a", "1")));
        var properties = new java.util.LinkedHashMap<>(model.metadata().properties());
        properties.put("b", "2");
        Model changed = new Model(model.graph(), model.functions(), model.opsets(), model.irVersion(),
                new Model.Metadata("", "", properties), model.rest()).importing("com.microsoft", 1);
        ModelProto proto = OnnxWriter.asBefore(changed);
        assertThat(proto.getMetadataPropsList()).extracting(p -> p.getKey() + p.getValue()).containsExactly("a1", "b2");
        assertThat(proto.getOpsetImportList()).extracting(OperatorSetIdProto::getDomain).containsExactly("",
                "com.microsoft");
    }

    @Test
    void aValueDeclaredAnewIsWrittenSo() throws IOException {
        ModelProto.Builder proto = Protos.adding(Protos.raw(4, 1));
        proto.getGraphBuilder().getInputBuilder(0).setUnknownFields(unknown(UNKNOWN_FIELD));
        ValueInfo old = survives(proto).graph().inputs().getFirst();
        ValueInfo fresh = new ValueInfo("x", DataType.UINT8, Optional.of(List.of(new Dim.Symbol("n"))), old.rest());
        ValueInfoProto written = Encoder.value(fresh);
        assertThat(Decoder.value(written).signature()).isEqualTo("uint8[n]");
        assertThat(written.getUnknownFields()).isEqualTo(unknown(UNKNOWN_FIELD));
    }

    @Test
    void textsSurviveEvenIfTheyAreNoUtf8() throws IOException {
        Model model = survives(Protos.adding(
                Protos.floats(2).setDataType(DataType.STRING.number()).addStringData(ByteString.copyFrom(NO_UTF8))
                        .addStringData(ByteString.copyFromUtf8("ok"))));
        assertThat(model.graph().initializers().get("w")).isInstanceOfSatisfying(TensorData.Strings.class,
                s -> assertThat(s.values()).element(1).isEqualTo("ok"));
    }

    @Test
    void subgraphsSurvive() throws IOException {
        ModelProto.Builder proto = Protos.adding(Protos.raw(4, 1));
        GraphProto.Builder inner = GraphProto.newBuilder().setName("inner").addOutput(Protos.value("w"));
        GraphProto.Builder outer = GraphProto.newBuilder().setName("outer").addOutput(Protos.value("o"))
                .addNode(NodeProto.newBuilder().setOpType("If").addInput("x").addOutput("o")
                        .addAttribute(attribute("then_branch", AttributeType.GRAPH).setG(inner))
                        .addAttribute(attribute("else_branch", AttributeType.GRAPH).setG(inner)));
        proto.getGraphBuilder().addNode(NodeProto.newBuilder().setOpType("Loop").addOutput("l")
                .addAttribute(attribute("body", AttributeType.GRAPH).setG(outer)));
        assertThat(survives(proto).graph().allNodes()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"UNDEFINED", "STRING"})
    void everyElementTypeSurvivesInTypedFieldsAndAsBytes(DataType type) throws IOException {
        long elements = type.bits() == 4 ? 7 : 6;
        byte[] bytes = new byte[(int) type.bytes(elements)];
        new Random(type.number()).nextBytes(bytes);
        TensorData typed = new TensorData.InMemory(type, List.of(elements), MemorySegment.ofArray(bytes),
                TensorData.Encoding.TYPED, Extra.NONE);
        TensorProto message = Encoder.tensor("w", typed, Encoder.Weights.INSIDE);
        assertThat(message.hasRawData()).isFalse();
        TensorProto raw = message.toBuilder().clearFloatData().clearDoubleData().clearInt32Data().clearInt64Data()
                .clearUint64Data().setName("raw").setRawData(ByteString.copyFrom(bytes)).build();
        Model model = survives(Protos.adding(message.toBuilder(), raw.toBuilder()));
        List<TensorData> read = new ArrayList<>(model.graph().initializers().values());
        for (TensorData tensor : read) {
            assertThat(tensor.type()).isEqualTo(type);
            assertThat(tensor.bytes().mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1);
        }
    }

    @Test
    void scalarsAndEmptyTensorsSurvive() throws IOException {
        Model model = survives(Protos.adding(Protos.raw(4), Protos.raw(0, 0, 3).setName("empty"),
                Protos.floats(0).setName("typedEmpty")));
        assertThat(model.graph().initializers().get("w")).satisfies(t -> assertThat(t.elements()).isEqualTo(1));
        assertThat(model.graph().initializers().get("empty")).satisfies(t -> assertThat(t.floats()).isEmpty());
    }

    @Test
    void anEmptyTensorMayHaveHugeSides() throws IOException {
        Model model = survives(Protos.adding(Protos.raw(0, 1L << 40, 1L << 40, 0)));
        assertThat(model.graph().initializers().get("w")).satisfies(t -> assertThat(t.elements()).isZero());
    }
}
