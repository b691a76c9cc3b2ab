package dev.lathe.graph;

import java.util.Locale;
import java.util.Optional;

/// Element types of tensors. Numbers and names are those of ONNX's `TensorProto.DataType`.
public enum DataType {
    UNDEFINED(0, 0), FLOAT(1, 32), UINT8(2, 8), INT8(3, 8), UINT16(4, 16), INT16(5, 16), INT32(6, 32), INT64(7, 64),
    STRING(8, 0), BOOL(9, 8), FLOAT16(10, 16), DOUBLE(11, 64), UINT32(12, 32), UINT64(13, 64), COMPLEX64(14, 64),
    COMPLEX128(15, 128), BFLOAT16(16, 16), FLOAT8E4M3FN(17, 8), FLOAT8E4M3FNUZ(18, 8), FLOAT8E5M2(19, 8),
    FLOAT8E5M2FNUZ(20, 8), UINT4(21, 4), INT4(22, 4), FLOAT4E2M1(23, 4);

    private static final DataType[] BY_NUMBER = values();

    private final int number;
    private final int bits;

    DataType(int number, int bits) {
        this.number = number;
        this.bits = bits;
    }

    /// ONNX's number for this type.
    public int number() {
        return number;
    }

    /// Bits of one element; 0 for [#STRING] and [#UNDEFINED].
    public int bits() {
        return bits;
    }

    /// Bytes of that many elements, 4-bit elements packed in pairs.
    public long bytes(long elements) {
        return Math.addExact(Math.multiplyExact(elements, (long) bits), 7L) / 8;
    }

    /// The type with this ONNX number.
    public static Optional<DataType> ofNumber(int number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.of(BY_NUMBER[number]) : Optional.empty();
    }

    /// The name that NumPy, Triton's users and `dataset.json` use: `float32`, `int64`, `uint8`, `bool`.
    public String label() {
        return switch (this) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }
}
