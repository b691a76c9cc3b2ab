package dev.lathe.graph.onnx;

import dev.lathe.graph.DataType;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.onnx.OnnxProto.TensorProto;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Tensors whose elements stand in the typed fields of the message (`float_data`, `int32_data`, …) rather than in
/// `raw_data`. Which type uses which field is fixed by ONNX's `TensorProto`.
final class TypedFields {
    private TypedFields() {}

    static MemorySegment bytes(TensorProto proto, DataType type) {
        return MemorySegment.ofArray(switch (type) {
            case FLOAT, COMPLEX64 -> floats(proto);
            case DOUBLE, COMPLEX128 -> doubles(proto);
            case INT64 -> longs(proto.getInt64DataCount(), proto::getInt64Data);
            case UINT64 -> longs(proto.getUint64DataCount(), proto::getUint64Data);
            case UINT32 -> narrow(proto.getUint64DataCount(), 4, proto::getUint64Data);
            case INT32 -> narrow(proto.getInt32DataCount(), 4, proto::getInt32Data);
            case INT16, UINT16, FLOAT16, BFLOAT16 -> narrow(proto.getInt32DataCount(), 2, proto::getInt32Data);
            case INT8, UINT8, BOOL, INT4, UINT4, FLOAT4E2M1, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ ->
                narrow(proto.getInt32DataCount(), 1, proto::getInt32Data);
            case STRING, UNDEFINED -> new byte[0];
        });
    }

    static void put(TensorProto.Builder proto, DataType type, MemorySegment data) {
        switch (type) {
            case FLOAT, COMPLEX64 -> {
                for (float value : data.toArray(TensorData.FLOATS)) {
                    proto.addFloatData(value);
                }
            }
            case DOUBLE, COMPLEX128 -> {
                for (double value : data
                        .toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN))) {
                    proto.addDoubleData(value);
                }
            }
            case INT64 -> {
                for (long value : data.toArray(TensorData.LONGS)) {
                    proto.addInt64Data(value);
                }
            }
            case UINT64 -> {
                for (long value : data.toArray(TensorData.LONGS)) {
                    proto.addUint64Data(value);
                }
            }
            case UINT32 -> {
                for (int value : data.toArray(TensorData.INTS)) {
                    proto.addUint64Data(Integer.toUnsignedLong(value));
                }
            }
            case INT32 -> {
                for (int value : data.toArray(TensorData.INTS)) {
                    proto.addInt32Data(value);
                }
            }
            case INT16, UINT16, FLOAT16, BFLOAT16 -> putShorts(proto, type, data);
            case INT8, UINT8, BOOL, INT4, UINT4, FLOAT4E2M1, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2,
                    FLOAT8E5M2FNUZ -> {
                for (byte value : data.toArray(ValueLayout.JAVA_BYTE)) {
                    proto.addInt32Data(type == DataType.INT8 ? value : Byte.toUnsignedInt(value));
                }
            }
            case STRING, UNDEFINED -> throw new IllegalStateException("no typed field for " + type);
        }
    }

    private static void putShorts(TensorProto.Builder proto, DataType type, MemorySegment data) {
        for (short value : data.toArray(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN))) {
            proto.addInt32Data(type == DataType.INT16 ? value : Short.toUnsignedInt(value));
        }
    }

    private interface At {
        long at(int index);
    }

    private static byte[] floats(TensorProto proto) {
        byte[] array = new byte[proto.getFloatDataCount() * 4];
        ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < proto.getFloatDataCount(); i++) {
            bytes.putFloat(proto.getFloatData(i));
        }
        return array;
    }

    private static byte[] doubles(TensorProto proto) {
        byte[] array = new byte[proto.getDoubleDataCount() * 8];
        ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < proto.getDoubleDataCount(); i++) {
            bytes.putDouble(proto.getDoubleData(i));
        }
        return array;
    }

    private static byte[] longs(int count, At values) {
        return narrow(count, 8, values);
    }

    private static byte[] narrow(int count, int width, At values) {
        byte[] bytes = new byte[count * width];
        for (int i = 0; i < count; i++) {
            long value = values.at(i);
            for (int b = 0; b < width; b++) {
                bytes[i * width + b] = (byte) (value >>> (8 * b));
            }
        }
        return bytes;
    }
}
