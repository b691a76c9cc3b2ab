package dev.lathe.profile.tensor;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Reads samples of a pack one after the other into the same memory: mapped pages of all of them would count as memory that
/// is taken. Not thread-safe.
public final class TensorPackReader implements AutoCloseable {
    private final TensorPack pack;
    private final FileChannel channel;
    private final Map<String, ByteBuffer> memory = new HashMap<>();

    /// A reader of a pack that is open.
    ///
    /// @throws ProblemException if its file cannot be read any more, naming it
    public TensorPackReader(TensorPack pack) {
        this.pack = pack;
        try {
            this.channel = FileChannel.open(pack.file(), StandardOpenOption.READ);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /// The tensors of one sample by input name, in memory that the next call writes anew.
    public SequencedMap<String, Tensor> sample(int index) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        pack.entries(index).forEach((name, entry) -> tensors.put(name, pack.tensor(entry, read(name, entry))));
        return tensors;
    }

    private ByteBuffer read(String name, PackLayout.Entry entry) {
        int bytes = Math.toIntExact(entry.bytes());
        ByteBuffer buffer = memory.get(name);
        if (buffer == null || buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(Math.max(1, bytes)).order(ByteOrder.nativeOrder());
            memory.put(name, buffer);
        }
        ByteBuffer slice = buffer.slice(0, bytes);
        try {
            while (slice.hasRemaining() && channel.read(slice, entry.offset() + slice.position()) >= 0) {
                // a read may end early
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        return slice.flip();
    }

    private ProblemException unreadable(IOException e) {
        return new ProblemException(Problem.error("tensor-pack-unreadable", pack.file().toString(),
                "cannot be read (" + e + ")", "Run the command again, which writes it anew."), e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // nothing was written
        }
    }
}
