package dev.lathe.graph.onnx;

import com.google.protobuf.ByteString;
import dev.lathe.graph.DataType;
import dev.lathe.graph.onnx.OnnxProto.GraphProto;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import dev.lathe.graph.onnx.OnnxProto.NodeProto;
import dev.lathe.graph.onnx.OnnxProto.OperatorSetIdProto;
import dev.lathe.graph.onnx.OnnxProto.TensorProto;
import dev.lathe.graph.onnx.OnnxProto.TypeProto;
import dev.lathe.graph.onnx.OnnxProto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Small messages for tests.
final class Protos {
    private Protos() {}

    /// A model `y = Add(x, w)` with these initializers.
    static ModelProto.Builder adding(TensorProto.Builder... initializers) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("g").addInput(value("x")).addOutput(value("y"))
                .addNode(NodeProto.newBuilder().setName("add").setOpType("Add").addInput("x").addInput("w")
                        .addOutput("y"));
        for (TensorProto.Builder initializer : initializers) {
            graph.addInitializer(initializer);
        }
        return ModelProto.newBuilder().setIrVersion(8).setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17));
    }

    static ValueInfoProto.Builder value(String name) {
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.number())));
    }

    /// A float tensor `w` without elements.
    static TensorProto.Builder floats(long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName("w").setDataType(DataType.FLOAT.number());
        for (long size : shape) {
            tensor.addDims(size);
        }
        return tensor;
    }

    static TensorProto.Builder raw(int bytes, long... shape) {
        return floats(shape).setRawData(ByteString.copyFrom(new byte[bytes]));
    }

    /// A float tensor `w` whose elements are elsewhere; pairs of keys and values say where.
    static TensorProto.Builder external(List<String> where, long... shape) {
        TensorProto.Builder tensor = floats(shape).setDataLocation(TensorProto.DataLocation.EXTERNAL);
        for (int i = 0; i < where.size(); i += 2) {
            tensor.addExternalData(OnnxWriter.entry(where.get(i), where.get(i + 1)));
        }
        return tensor;
    }

    static Path save(ModelProto.Builder model, Path path) throws IOException {
        return Files.write(path, model.build().toByteArray());
    }
}
