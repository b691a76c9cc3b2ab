package dev.lathe.graph.onnx;

import static dev.lathe.graph.Models.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.lathe.base.Problem;
import dev.lathe.base.Shared;
import dev.lathe.graph.onnx.OnnxProto.AttributeProto;
import dev.lathe.graph.onnx.OnnxProto.GraphProto;
import dev.lathe.graph.onnx.OnnxProto.NodeProto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What people hand over in place of a model.
class BadFileTest {
    @TempDir
    Path folder;

    private static void refuses(Path path, String code, String what) {
        Problem problem = problem(() -> OnnxReader.read(path));
        assertThat(problem.sentence()).isEqualTo(path + ": " + what);
        assertThat(problem.code()).isEqualTo(code);
    }

    private Path file(String start) throws IOException {
        byte[] bytes = start.getBytes(StandardCharsets.ISO_8859_1);
        return Files.write(folder.resolve("m.onnx"), bytes);
    }

    @Test
    void everyInvalidSampleIsRefusedAsItsRowSays() {
        refuses(Shared.path("models/awkward/invalid_empty.onnx"), "file-empty",
                "the file is empty (0 bytes). Download or export it again.");
        refuses(Shared.path("models/awkward/invalid_html_page.onnx"), "web-page",
                "the file is a web page, not a model. Download the raw file: the address gave a page about it.");
        refuses(Shared.path("models/awkward/invalid_lfs_pointer.onnx"), "git-lfs-pointer",
                "the file is a Git LFS pointer, not the model it points to. "
                        + "Run `git lfs pull` in its repository, or download the model itself.");
        refuses(Shared.path("models/awkward/invalid_truncated.onnx"), "file-truncated",
                "the file ends early, after 700000 bytes: it is a part of a model, or no ONNX model. "
                        + "Download or export it again and compare its size.");
        refuses(Shared.path("models/awkward/missing_external_data_resnet18.onnx"), "external-data-missing",
                "the weights of tensor fc.bias are in the file resnet18.onnx.data, which is not there. "
                        + "Put resnet18.onnx.data into the folder of the model.");
    }

    @Test
    void aCheckpointIsNamed() {
        refuses(Shared.path("models/cifar10/resnet20_traced.pt"), "not-onnx",
                "the file is a zip archive, such as TorchScript or a PyTorch checkpoint. "
                        + "TorchScript can be inspected, evaluated and measured when it is named .pt; for variants and bundles export with torch.onnx.export.");
        refuses(Shared.path("models/cifar10/resnet20_state_dict.th"), "not-onnx",
                "the file is a Python pickle, such as a PyTorch checkpoint. "
                        + "Export the model to ONNX and give that file.");
    }

    @Test
    void noFileAndNoFileButAFolderAreNamed() {
        refuses(folder.resolve("none.onnx"), "file-missing", "there is no such file. Check the path.");
        refuses(folder, "file-is-folder", "this is a folder, not a model. Give the .onnx file in it.");
    }

    @Test
    void aDeviceIsNotReadFor() {
        Path device = Path.of("/dev/zero");
        Assumptions.assumeTrue(Files.exists(device), "skipped: no /dev/zero here");
        refuses(device, "file-not-regular",
                "this is a pipe or a device, and a model is read in place. Save the model to a file and give that.");
    }

    @Test
    void anEmptyFileIsNamed() throws IOException {
        refuses(file(""), "file-empty", "the file is empty (0 bytes). Download or export it again.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<!DOCTYPE html><html>", "\n  <html lang='en'>", "<?xml version='1.0'?>"})
    void aWebPageIsNamed(String start) throws IOException {
        refuses(file(start), "web-page",
                "the file is a web page, not a model. Download the raw file: the address gave a page about it.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            504b0304       | a zip archive, such as TorchScript or a PyTorch checkpoint. TorchScript can be inspected, evaluated and measured when it is named .pt; for variants and bundles export with torch.onnx.export.
            80025d71       | a Python pickle, such as a PyTorch checkpoint. Export the model to ONNX and give that file.
            80035d71       | a Python pickle, such as a PyTorch checkpoint. Export the model to ONNX and give that file.
            80059500       | a Python pickle, such as a PyTorch checkpoint. Export the model to ONNX and give that file.
            1f8b0800       | compressed with gzip. Unpack it first: gunzip FILE.
            894844460d     | HDF5, such as a Keras model. Export the model to ONNX and give that file.
            1c00000054464c33 | a TensorFlow Lite model. Export the model to ONNX and give that file.
            180000004f52544d | in ONNX Runtime's own .ort format. Give the .onnx file it was made of.
            0a207b226122   | JSON text, not a model. Export the model to ONNX and give that file.
            """)
    void otherFormatsAreNamedByTheirFirstBytes(String hex, String what) throws IOException {
        Path path = Files.write(folder.resolve("m.onnx"), java.util.HexFormat.of().parseHex(hex));
        refuses(path, "not-onnx", "the file is " + what);
    }

    @Test
    void textIsNoModel() throws IOException {
        Problem problem = problem(() -> OnnxReader.read(file("just some words")));
        assertThat(problem.sentence()).startsWith(folder.resolve("m.onnx") + ": the file ")
                .containsAnyOf("is not an ONNX model (", "it is a part of a model, or no ONNX model");
    }

    @Test
    void aMessageWithoutAGraphIsNoModel() throws IOException {
        Path path = Protos.save(OnnxProto.ModelProto.newBuilder().setIrVersion(8), folder.resolve("m.onnx"));
        refuses(path, "not-onnx", "the file is not an ONNX model: it holds no graph. "
                + "Export the model to ONNX and give that file.");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.1, 0.5, 0.9, 0.999})
    void aModelCutShortIsNeverTakenForWhole(double part) throws IOException {
        byte[] whole = Files.readAllBytes(Shared.sample("digits.onnx"));
        byte[] cut = java.util.Arrays.copyOf(whole, (int) (whole.length * part));
        refuses(Files.write(folder.resolve("m.onnx"), cut), "file-truncated",
                "the file ends early, after " + cut.length + " bytes: it is a part of a model, or no ONNX model. "
                        + "Download or export it again and compare its size.");
    }

    @Test
    void aFileLargerThanOneMessageIsRefusedUnread() throws IOException {
        Path path = folder.resolve("m.onnx");
        try (java.io.RandomAccessFile sparse = new java.io.RandomAccessFile(path.toFile(), "rw")) {
            sparse.write(new byte[]{8, 8});
            sparse.setLength(1L << 31);
        }
        refuses(path, "model-too-large",
                "the file has 2147483648 bytes, and one ONNX message can have 2147483647 at most. "
                        + "Save the model with external data (weights in a file of their own).");
    }

    @Test
    void graphsNestedWithoutEndAreRefused() throws IOException {
        GraphProto.Builder graph = GraphProto.newBuilder();
        for (int depth = 0; depth < 60; depth++) {
            graph = GraphProto.newBuilder().addNode(NodeProto.newBuilder().setOpType("If").addOutput("y").addAttribute(
                    AttributeProto.newBuilder().setName("then_branch").setType(AttributeProto.AttributeType.GRAPH)
                            .setG(graph)));
        }
        refuses(Protos.save(Protos.adding().setGraph(graph), folder.resolve("m.onnx")), "nested-too-deep",
                "graphs or types are nested more than 100 messages deep. "
                        + "No runtime reads such a model: export it with fewer nested branches and loops.");
    }

    @Test
    void twoInitializersOfOneNameAreRefused() throws IOException {
        refuses(Protos.save(Protos.adding(Protos.raw(4, 1), Protos.raw(4, 1)), folder.resolve("m.onnx")),
                "duplicate-value",
                "two initializers have the name w. Export the model again: names must be unique.");
    }

    @Test
    void aTensorWhoseBytesDoNotFitItsShapeIsRefused() throws IOException {
        Path path = folder.resolve("m.onnx");
        refuses(Protos.save(Protos.adding(Protos.raw(8, 3)), path), "tensor-size",
                "tensor w float32[3] needs 12 bytes and has 8. The file is damaged: export or download it again.");
        refuses(Protos.save(Protos.adding(Protos.floats(2).addFloatData(1)), path), "tensor-size",
                "tensor w float32[2] needs 8 bytes and has 4. The file is damaged: export or download it again.");
        refuses(Protos.save(Protos.adding(Protos.floats(2).setDataType(8).addStringData(ByteString.EMPTY)), path),
                "tensor-size",
                "tensor w string[2] needs 2 texts and has 1. The file is damaged: export or download it again.");
    }

    @Test
    void aShapeBeyond63BitsIsRefused() throws IOException {
        long huge = 1L << 40;
        refuses(Protos.save(Protos.adding(Protos.raw(8, huge, huge)), folder.resolve("m.onnx")), "tensor-size",
                "tensor w float32[1099511627776, 1099511627776] needs 9223372036854775807 bytes and has 8. "
                        + "The file is damaged: export or download it again.");
    }

    @Test
    void negativeSizesAreRefused() throws IOException {
        refuses(Protos.save(Protos.adding(Protos.raw(4, -1)), folder.resolve("m.onnx")), "negative-shape",
                "tensor w has the shape [-1]. Export the model again.");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, -1})
    void anElementTypeNobodyKnowsIsRefused(int number) throws IOException {
        refuses(Protos.save(Protos.adding(Protos.raw(4, 1).setDataType(number)), folder.resolve("m.onnx")),
                "unknown-element-type", "tensor w has element type number " + number
                        + ", which this version does not know. "
                        + "Use a newer version of Lathe, or export with an older IR version.");
    }

    @Test
    void aBadConstantNamesItsNode() throws IOException {
        OnnxProto.ModelProto.Builder model = Protos.adding(Protos.raw(4, 1));
        model.getGraphBuilder().addNode(NodeProto.newBuilder().setOpType("Constant").addOutput("c").addAttribute(
                AttributeProto.newBuilder().setName("value").setType(AttributeProto.AttributeType.TENSOR)
                        .setT(Protos.raw(3, 1).clearName())));
        refuses(Protos.save(model, folder.resolve("m.onnx")), "tensor-size",
                "tensor in node Constant -> c float32[1] needs 4 bytes and has 3. "
                        + "The file is damaged: export or download it again.");
    }

    @Test
    void anOpsetBeyondAllNumbersIsRefused() throws IOException {
        OnnxProto.ModelProto.Builder model = Protos.adding(Protos.raw(4, 1));
        model.getOpsetImportBuilder(0).setVersion(1L << 40);
        refuses(Protos.save(model, folder.resolve("m.onnx")), "opset-version",
                "it imports version 1099511627776 of the operators ai.onnx. "
                        + "The file is damaged: export or download it again.");
    }
}
