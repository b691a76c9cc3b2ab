package dev.lathe.profile.tensor;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.LongStream;

/// Writes a [TensorPack], sample by sample, into `NAME.part`, which gets its name once it is whole.
///
/// [#close()] finishes the pack. After [#abandon()] or a failed [#add] it removes the part instead; code that can stop
/// half-way (cancelled, say) calls `abandon` on that way out. Not thread-safe.
public final class TensorPackWriter implements AutoCloseable {
    private final Path file;
    private final Path part;
    private final WritableByteChannel channel;
    private final List<Map<String, PackLayout.Entry>> samples = new ArrayList<>();
    private long position;
    private boolean abandoned;
    private boolean closed;

    TensorPackWriter(Path file, Path part, WritableByteChannel channel) {
        this.file = file;
        this.part = part;
        this.channel = channel;
        guarded(() -> write(ByteBuffer.wrap(PackLayout.MAGIC)));
    }

    static TensorPackWriter create(Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            return new TensorPackWriter(file, part, Files.newByteChannel(part, StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /// Appends one sample: tensors by input name.
    ///
    /// @throws ProblemException if the file cannot be written, naming it; the pack is abandoned then
    public void add(SequencedMap<String, Tensor> sample) {
        guarded(() -> {
            LinkedHashMap<String, PackLayout.Entry> entries = new LinkedHashMap<>();
            for (var input : sample.entrySet()) {
                Tensor tensor = input.getValue();
                write(ByteBuffer.allocate(PackLayout.padding(position)));
                entries.put(input.getKey(), new PackLayout.Entry(tensor.type().label(),
                        LongStream.of(tensor.shape()).boxed().toList(), position, tensor.data().remaining()));
                write(tensor.data());
            }
            samples.add(entries);
        });
    }

    /// Gives the pack up: nothing is left of it once it is closed.
    public void abandon() {
        abandoned = true;
    }

    /// Finishes the pack, or removes what there is of an abandoned one.
    ///
    /// @throws ProblemException if the file cannot be written, naming it
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!abandoned) {
                guarded(this::finish);
            }
        } finally {
            discard();
        }
    }

    private void finish() throws IOException {
        long indexOffset = position;
        byte[] index = PackLayout.JSON
                .writeValueAsBytes(new PackLayout.Index(ByteOrder.nativeOrder().toString(), samples));
        write(ByteBuffer.wrap(index));
        write(PackLayout.footer(indexOffset, index.length));
        channel.close();
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void discard() {
        try {
            channel.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw unwritable(part, e);
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            position += channel.write(bytes);
        }
    }

    private void guarded(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            abandoned = true;
            throw unwritable(file, e);
        }
    }

    private static ProblemException unwritable(Path file, IOException e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new ProblemException(Problem.error("tensor-pack-unwritable", file.toString(),
                "cannot be written (" + reason + ")", "Free space there, or choose a folder that can be written."), e);
    }

    /// A step that writes.
    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }
}
