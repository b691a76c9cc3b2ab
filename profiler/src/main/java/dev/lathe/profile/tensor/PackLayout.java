package dev.lathe.profile.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/// The layout of a pack file: magic, aligned tensor bytes, JSON index, footer (offset and length of the index).
final class PackLayout {
    static final byte[] MAGIC = "LATHETP1".getBytes(StandardCharsets.US_ASCII);
    static final int FOOTER_BYTES = 16;
    /// A cache line, and the widest vector of current processors.
    static final int ALIGNMENT = 64;
    static final JsonMapper JSON = JsonMapper.builder().build();

    private PackLayout() {}

    /// Where one tensor's bytes are. The type is ONNX's name in NumPy's spelling, such as `float32`.
    record Entry(String type, List<Long> shape, long offset, long bytes) {}

    /// All samples by input name, and the byte order they were written in.
    record Index(String byteOrder, List<Map<String, Entry>> samples) {}

    static ByteBuffer footer(long indexOffset, long indexLength) {
        return ByteBuffer.allocate(FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(indexOffset)
                .putLong(indexLength).flip();
    }

    static int padding(long position) {
        return (int) (-position & (ALIGNMENT - 1));
    }
}
