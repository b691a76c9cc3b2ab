package dev.lathe.profile.statistics;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// Statistics of values in a file: how a worker gives them to its parent, and how they are kept for a second recipe.
public final class StatisticsFile {
    /// Raised whenever the layout or the way of counting changes.
    private static final long MAGIC = 0x4C41_5448_4553_5432L; // "LATHEST2"
    private static final int BUFFER_BYTES = 1 << 16;

    private StatisticsFile() {}

    /// Writes a file; one that is there is replaced.
    ///
    /// @throws IOException if it cannot be written
    public static void write(CalibrationStatistics statistics, Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES))) {
            out.writeLong(MAGIC);
            write(statistics.all(), out);
            write(statistics.part(), out);
            out.writeLong(MAGIC);
        }
    }

    private static void write(Map<String, ValueStatistics> values, DataOutputStream out) throws IOException {
        out.writeInt(values.size());
        for (Map.Entry<String, ValueStatistics> entry : values.entrySet()) {
            byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
            out.writeInt(name.length);
            out.write(name);
            write(entry.getValue(), out);
        }
    }

    private static void write(ValueStatistics value, DataOutputStream out) throws IOException {
        for (float number : new float[]{value.range().min(), value.range().max(), value.average().min(),
            value.average().max()}) {
            out.writeFloat(number);
        }
        out.writeInt(value.notFinite().orElse(-1));
        out.writeInt(value.histogram().exponent());
        out.writeLong(value.histogram().first());
        out.writeInt(value.histogram().bins());
        for (int i = 0; i < value.histogram().bins(); i++) {
            out.writeLong(value.histogram().count(i));
        }
        Optional<ChannelStatistics> channels = value.channels();
        out.writeInt(channels.map(ChannelStatistics::count).orElse(0));
        if (channels.isPresent()) {
            for (float number : channels.get().min()) {
                out.writeFloat(number);
            }
            for (float number : channels.get().max()) {
                out.writeFloat(number);
            }
            for (double number : channels.get().mean()) {
                out.writeDouble(number);
            }
            for (double number : channels.get().meanSquare()) {
                out.writeDouble(number);
            }
        }
    }

    /// Reads a file.
    ///
    /// @return empty if it is none of this layout, or cut short
    /// @throws IOException if it cannot be read
    public static Optional<CalibrationStatistics> read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(
                new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
            if (Files.size(file) < 2 * Long.BYTES || in.readLong() != MAGIC) {
                return Optional.empty();
            }
            CalibrationStatistics statistics = new CalibrationStatistics(values(in), values(in));
            return in.readLong() == MAGIC ? Optional.of(statistics) : Optional.empty();
        } catch (EOFException _) {
            return Optional.empty();
        }
    }

    private static SequencedMap<String, ValueStatistics> values(DataInputStream in) throws IOException {
        SequencedMap<String, ValueStatistics> values = new LinkedHashMap<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            String name = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
            values.put(name, value(in));
        }
        return values;
    }

    private static ValueStatistics value(DataInputStream in) throws IOException {
        ValueRange range = new ValueRange(in.readFloat(), in.readFloat());
        ValueRange average = new ValueRange(in.readFloat(), in.readFloat());
        int notFinite = in.readInt();
        int exponent = in.readInt();
        long first = in.readLong();
        long[] counts = new long[in.readInt()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = in.readLong();
        }
        int channels = in.readInt();
        Optional<ChannelStatistics> figures = channels == 0
                ? Optional.empty()
                : Optional.of(new ChannelStatistics(floats(in, channels), floats(in, channels),
                        doubles(in, channels), doubles(in, channels)));
        return new ValueStatistics(range, average, new Histogram(exponent, first, counts), figures,
                notFinite < 0 ? OptionalInt.empty() : OptionalInt.of(notFinite));
    }

    private static float[] floats(DataInputStream in, int count) throws IOException {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }

    private static double[] doubles(DataInputStream in, int count) throws IOException {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readDouble();
        }
        return values;
    }
}
