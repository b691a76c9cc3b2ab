package dev.lathe.profile.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// What happened to each query of a run, in the order of arrival: 40 bytes a query outside the heap, so that logging
/// allocates nothing. All times in nanoseconds after the start of the run.
///
/// Layout of a query, little-endian: scheduled, admitted, started and ended as 8 bytes each, batch as 4, outcome and
/// instance as 2 each. Not thread-safe.
public final class QueryLog {
    private static final int BYTES = 40;
    private static final int ADMITTED = 8;
    private static final int STARTED = 16;
    private static final int ENDED = 24;
    private static final int BATCH = 32;
    private static final int OUTCOME = 36;
    private static final int INSTANCE = 38;

    private final ByteBuffer data;
    private int size;

    /// What became of a query: `PENDING` is not answered when the run ended, `SHED` was turned away at a full queue,
    /// `EXPIRED` was given up at its deadline.
    public enum Outcome {
        PENDING(0), DONE(1), SHED(2), EXPIRED(3);

        private static final Outcome[] BY_CODE = {PENDING, DONE, SHED, EXPIRED};
        private final short code;

        Outcome(int code) {
            this.code = (short) code;
        }

        /// As the CSV has it.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private QueryLog(ByteBuffer data, int size) {
        this.data = data.order(ByteOrder.LITTLE_ENDIAN);
        this.size = size;
    }

    /// Room for so many queries, every page of it touched.
    ///
    /// @param arena owns the memory: the log must not be used after it is closed
    public static QueryLog allocate(int capacity, Arena arena) {
        return new QueryLog(arena.allocate(Math.multiplyExact(capacity, BYTES), Long.BYTES).asByteBuffer(), 0);
    }

    /// How much memory the log takes, in bytes.
    public int capacityBytes() {
        return data.capacity();
    }

    /// A log from its bytes, which are kept and not copied.
    ///
    /// @throws IllegalArgumentException if they are no whole number of queries
    public static QueryLog ofBytes(byte[] bytes) {
        if (bytes.length % BYTES != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes are no query log");
        }
        return new QueryLog(ByteBuffer.wrap(bytes), bytes.length / BYTES);
    }

    /// Reads what [#write(Path)] wrote.
    public static QueryLog read(Path file) {
        try {
            return ofBytes(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes all queries into a file, which is replaced.
    public void write(Path file) {
        ByteBuffer bytes = data.duplicate().position(0).limit(size * BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A copy of the bytes.
    public byte[] bytes() {
        byte[] bytes = new byte[size * BYTES];
        data.get(0, bytes);
        return bytes;
    }

    /// How many queries there are.
    public int size() {
        return size;
    }

    /// Whether there is no room for another query.
    public boolean isFull() {
        return room() == 0;
    }

    /// For how many more queries there is room.
    public int room() {
        return data.capacity() / BYTES - size;
    }

    /// Adds a query that arrives.
    ///
    /// @param scheduledNs when it was to arrive
    /// @param admittedNs when the generator got to it
    /// @return its number
    public int add(long scheduledNs, long admittedNs) {
        int at = size * BYTES;
        data.putLong(at, scheduledNs).putLong(at + ADMITTED, admittedNs).putLong(at + STARTED, 0)
                .putLong(at + ENDED, 0).putInt(at + BATCH, 0).putShort(at + OUTCOME, (short) 0)
                .putShort(at + INSTANCE, (short) 0);
        return size++;
    }

    /// Notes that a query was answered.
    ///
    /// @param batch how many queries ran together
    public void done(int query, long startedNs, long endedNs, int batch, int instance) {
        int at = query * BYTES;
        data.putLong(at + STARTED, startedNs).putLong(at + ENDED, endedNs).putInt(at + BATCH, batch)
                .putShort(at + INSTANCE, (short) instance);
        outcome(query, Outcome.DONE);
    }

    /// Notes that a query was not answered, and when that was known.
    public void lost(int query, long endedNs, Outcome outcome) {
        data.putLong(query * BYTES + ENDED, endedNs);
        outcome(query, outcome);
    }

    private void outcome(int query, Outcome outcome) {
        data.putShort(query * BYTES + OUTCOME, outcome.code);
    }

    /// When it was to arrive; in a closed loop, when its client sent it.
    public long scheduledNs(int query) {
        return data.getLong(query * BYTES);
    }

    /// When the generator got to it.
    public long admittedNs(int query) {
        return data.getLong(query * BYTES + ADMITTED);
    }

    /// When its batch started; 0 if it never did.
    public long startedNs(int query) {
        return data.getLong(query * BYTES + STARTED);
    }

    /// When it was answered, shed, given up, or the run ended.
    public long endedNs(int query) {
        return data.getLong(query * BYTES + ENDED);
    }

    /// How many queries ran together with it, itself included; 0 if it never ran.
    public int batch(int query) {
        return data.getInt(query * BYTES + BATCH);
    }

    /// What became of it.
    public Outcome outcome(int query) {
        return Outcome.BY_CODE[data.getShort(query * BYTES + OUTCOME)];
    }

    /// Which instance answered it, from 0.
    public int instance(int query) {
        return data.getShort(query * BYTES + INSTANCE);
    }

    /// From the scheduled arrival to the answer, the wait included.
    public long responseNs(int query) {
        return endedNs(query) - scheduledNs(query);
    }

    /// What the model took for its batch.
    public long serviceNs(int query) {
        return endedNs(query) - startedNs(query);
    }

    /// How late the generator was.
    public long latenessNs(int query) {
        return admittedNs(query) - scheduledNs(query);
    }
}
