package dev.lathe.graph.onnx;

import com.google.protobuf.CodedOutputStream;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import dev.lathe.graph.onnx.OnnxProto.StringStringEntryProto;
import dev.lathe.graph.onnx.OnnxProto.TensorProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes ONNX files. The same model gives the same bytes. A file is written beside its place and moved there when it is
/// whole, so that a crash or a full disk leaves no half of a model.
public final class OnnxWriter {
    /// Weights above this go to a file of their own, well below protobuf's limit of 2 GiB a message.
    private static final long LARGEST_INSIDE_BYTES = 1_500_000_000L;
    /// Tensors up to this stay in the message even then.
    private static final long SMALL_BYTES = 1024;
    /// External tensors start at multiples of this, so that they can be mapped (ONNX's external data convention).
    private static final long ALIGNMENT = 4096;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final long CHUNK_BYTES = 1 << 28;

    private OnnxWriter() {}

    /// Writes the model; weights inside, or in `NAME.data` beside it where they are too large for one message.
    ///
    /// @throws ProblemException if the file cannot be written, or a file with weights changed since it was read
    public static void write(Model model, Path path) {
        write(model, path, LARGEST_INSIDE_BYTES);
    }

    /// @param largestInsideBytes weights above this go to a file of their own
    static void write(Model model, Path path, long largestInsideBytes) {
        Path part = path.resolveSibling(path.getFileName() + ".part");
        Path data = path.resolveSibling(path.getFileName() + ".data");
        Path dataPart = path.resolveSibling(path.getFileName() + ".data.part");
        try {
            if (weightBytes(model.graph()) <= largestInsideBytes) {
                save(new Encoder(Encoder.Weights.INSIDE).model(model), part);
            } else {
                try (FileChannel channel = FileChannel.open(dataPart, StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                    save(new Encoder(outside(channel, data.getFileName().toString())).model(model), part);
                    channel.force(false);
                }
                Files.move(dataPart, data, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(part, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException e) {
            throw unwritable(path, e);
        } finally {
            // gone already where all went well
            discard(part);
            discard(dataPart);
        }
    }

    private static ProblemException unwritable(Path path, Exception e) {
        return new ProblemException(Problem.error("file-unwritable", path.toString(),
                "the model cannot be written (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")",
                "Check that the folder exists, that you may write to it, and that the disk has room."), e);
    }

    /// The message as it was read: weights that came from external files are still referred to by their file's name.
    static ModelProto asBefore(Model model) {
        return new Encoder(Encoder.Weights.AS_BEFORE).model(model);
    }

    private static void save(ModelProto proto, Path part) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
            CodedOutputStream coded = CodedOutputStream.newInstance(out, BUFFER_BYTES);
            proto.writeTo(coded);
            coded.flush();
            out.flush();
            channel.force(false);
        }
    }

    private static Encoder.Weights outside(FileChannel channel, String location) {
        return (name, tensor, proto) -> {
            if (tensor instanceof TensorData.Strings || tensor.sizeBytes() <= SMALL_BYTES || name.isEmpty()) {
                Encoder.Weights.INSIDE.put(name, tensor, proto);
                return;
            }
            try {
                long offset = (channel.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
                channel.position(offset);
                for (long at = 0; at < tensor.sizeBytes(); at += CHUNK_BYTES) {
                    ByteBuffer chunk = tensor.bytes().asSlice(at, Math.min(CHUNK_BYTES, tensor.sizeBytes() - at))
                            .asByteBuffer();
                    while (chunk.hasRemaining()) {
                        channel.write(chunk);
                    }
                }
                proto.clearExternalData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
                proto.addExternalData(entry("location", location))
                        .addExternalData(entry("offset", Long.toString(offset)))
                        .addExternalData(entry("length", Long.toString(tensor.sizeBytes())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static long weightBytes(Graph graph) {
        long bytes = graph.initializers().values().stream().mapToLong(TensorData::sizeBytes).sum();
        for (Node node : graph.nodes()) {
            for (Attribute attribute : node.attributes()) {
                bytes += attribute.value() instanceof Attribute.TensorValue(var tensor) ? tensor.sizeBytes() : 0;
            }
            bytes += node.subgraphs().mapToLong(OnnxWriter::weightBytes).sum();
        }
        return bytes;
    }

    private static void discard(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException _) {
            // the first error is the one to report
        }
    }
}
