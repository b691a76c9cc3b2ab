package dev.lathe.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import dev.lathe.graph.GraphCheck;
import dev.lathe.graph.Model;
import dev.lathe.graph.inspect.ModelSummary;
import dev.lathe.graph.inspect.Sizes;
import dev.lathe.graph.inspect.SummaryText;
import dev.lathe.graph.onnx.OnnxProto.AttributeProto;
import dev.lathe.graph.onnx.OnnxProto.AttributeProto.AttributeType;
import dev.lathe.graph.onnx.OnnxProto.GraphProto;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import dev.lathe.graph.onnx.OnnxProto.NodeProto;
import dev.lathe.graph.onnx.OnnxProto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A damaged file gives a model or a problem, and never anything else.
class MutationTest {
    private static final int MUTATIONS = 500;
    private static final long SEED = 20250921;

    @TempDir
    Path folder;

    private static byte[] model() {
        ModelProto.Builder model = Protos.adding(Protos.raw(16, 4, 1, 1, 1),
                Protos.floats(2).setName("texts").setDataType(DataType.STRING.number())
                        .addStringData(ByteString.copyFromUtf8("a")).addStringData(ByteString.copyFromUtf8("b")),
                Protos.floats(3).setName("half").setDataType(DataType.FLOAT16.number()).addInt32Data(1).addInt32Data(2)
                        .addInt32Data(3),
                Protos.external(List.of("location", "w.bin", "offset", "4", "length", "8"), 2).setName("outside"));
        AttributeProto.Builder body = AttributeProto.newBuilder().setName("then_branch").setType(AttributeType.GRAPH)
                .setG(GraphProto.newBuilder().setName("inner").addOutput(Protos.value("w")));
        TensorProto.Builder constant = Protos.raw(8, 2).clearName();
        model.getGraphBuilder()
                .addNode(NodeProto.newBuilder().setOpType("Conv").addInput("y").addInput("w").addOutput("c")
                        .addAttribute(
                                AttributeProto.newBuilder().setName("pads").setType(AttributeType.INTS).addInts(1)))
                .addNode(NodeProto.newBuilder().setOpType("If").addInput("c").addOutput("d").addAttribute(body))
                .addNode(NodeProto.newBuilder().setOpType("Constant").addOutput("e").addAttribute(AttributeProto
                        .newBuilder().setName("value").setType(AttributeType.TENSOR).setT(constant)));
        return model.addMetadataProps(OnnxWriter.entry("key", "value")).setProducerName("maker").build().toByteArray();
    }

    @Test
    void aDamagedModelIsReadOrRefused() throws IOException {
        Files.write(folder.resolve("w.bin"), new byte[16]);
        byte[] whole = model();
        Random random = new Random(SEED);
        List<String> wrong = new ArrayList<>();
        int refused = 0;
        for (int round = 0; round < MUTATIONS; round++) {
            byte[] damaged = damaged(whole, random);
            try {
                use(Files.write(folder.resolve("m.onnx"), damaged));
            } catch (ProblemException e) {
                refused++;
                assertThat(e.problems()).allSatisfy(p -> assertThat(p.where()).startsWith(folder.toString()));
            } catch (RuntimeException | StackOverflowError e) {
                wrong.add("round " + round + ": " + e + " at " + e.getStackTrace()[0]);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(refused).isBetween(MUTATIONS / 10, MUTATIONS - MUTATIONS / 10);
    }

    private static byte[] damaged(byte[] whole, Random random) {
        if (random.nextInt(5) == 0) {
            return Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        byte[] bytes = whole.clone();
        for (int flips = 1 + random.nextInt(2); flips > 0; flips--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private void use(Path path) {
        Model model = OnnxReader.read(path);
        GraphCheck.check(model, path.toString());
        assertThat(SummaryText.of(ModelSummary.of(model, path, Sizes.ofBatch(1)))).isNotEmpty();
        OnnxWriter.write(model, folder.resolve("copy.onnx"));
        OnnxReader.read(folder.resolve("copy.onnx"));
    }
}
