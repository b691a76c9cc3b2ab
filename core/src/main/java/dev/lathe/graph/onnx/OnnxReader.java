package dev.lathe.graph.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.MappedFile;
import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads ONNX files. The file is mapped and parsed in place: raw and external weights are never copied to the heap.
public final class OnnxReader {
    /// Protobuf's own limit for one message; larger models keep their weights in external files.
    static final long LARGEST_MESSAGE_BYTES = Integer.MAX_VALUE;
    /// Deepest nesting of messages, protobuf's own limit and so that of every runtime; a graph in a graph takes three.
    private static final int NESTING = 100;

    private OnnxReader() {}

    /// The model in this file.
    ///
    /// @throws ProblemException if there is no such file, it is no ONNX model, or its external data cannot be used;
    ///     each sentence names the file and the remedy
    public static Model read(Path path) {
        FileKind.refuseAllButModels(path);
        MappedFile file = open(path);
        ModelProto proto = parse(file);
        return new Decoder(file, new ExternalFiles(path)).model(proto);
    }

    /// The model in these bytes, whose tensors may lie in `weights` (a model as values has no files of its own).
    static Model decode(byte[] bytes, Path path) {
        try {
            return new Decoder(null, new ExternalFiles(path)).model(ModelProto.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a model", e);
        }
    }

    private static MappedFile open(Path path) {
        try {
            if (Files.size(path) > LARGEST_MESSAGE_BYTES) {
                throw Problem.error("model-too-large", path.toString(),
                        "the file has " + Files.size(path) + " bytes, and one ONNX message can have 2147483647 at most",
                        "Save the model with external data (weights in a file of their own).").toException();
            }
            return MappedFile.open(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    static ProblemException unreadable(Path path, IOException e) {
        return new ProblemException(Problem.error("file-unreadable", path.toString(),
                "the file cannot be read (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")",
                "Check that it exists and that you may read it."), e);
    }

    static ModelProto parse(MappedFile file) {
        ModelProto proto;
        try {
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(file.whole().asByteBuffer()).newCodedInput();
            in.enableAliasing(true);
            in.setSizeLimit(Integer.MAX_VALUE);
            in.setRecursionLimit(NESTING);
            proto = ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw new ProblemException(broken(file, e), e);
        } catch (IOException e) {
            throw unreadable(file.path(), e);
        }
        if (!proto.hasGraph() || (proto.getGraph().getNodeCount() == 0 && proto.getOpsetImportCount() == 0)) {
            throw Problem.error("not-onnx", file.path().toString(), "the file is not an ONNX model: it holds no graph",
                    "Export the model to ONNX and give that file.").toException();
        }
        return proto;
    }

    private static Problem broken(MappedFile file, InvalidProtocolBufferException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("ended unexpectedly") || message.contains("truncated")) {
            return Problem.error("file-truncated", file.path().toString(),
                    "the file ends early, after " + file.sizeBytes()
                            + " bytes: it is a part of a model, or no ONNX model",
                    "Download or export it again and compare its size.");
        }
        if (message.contains("too many levels of nesting")) {
            return Problem.error("nested-too-deep", file.path().toString(),
                    "graphs or types are nested more than " + NESTING + " messages deep",
                    "No runtime reads such a model: export it with fewer nested branches and loops.");
        }
        return Problem.error("not-onnx", file.path().toString(), "the file is not an ONNX model (" + message + ")",
                "Export the model to ONNX and give that file.");
    }
}
