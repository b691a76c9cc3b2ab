package dev.lathe.profile.tensor;

import dev.lathe.base.Problem;
import dev.lathe.graph.DataType;
import java.nio.ByteBuffer;

/// Reads and writes single elements of the numeric types of 8 to 64 bits.
enum Elements {
    FLOAT(DataType.FLOAT, 4) {
        @Override
        double number(ByteBuffer data, int index) {
            return data.getFloat(index * bytes());
        }

        @Override
        void put(ByteBuffer data, double value) {
            data.putFloat((float) value);
        }
    },
    DOUBLE(DataType.DOUBLE, 8) {
        @Override
        double number(ByteBuffer data, int index) {
            return data.getDouble(index * bytes());
        }

        @Override
        void put(ByteBuffer data, double value) {
            data.putDouble(value);
        }
    },
    FLOAT16(DataType.FLOAT16, 2) {
        @Override
        double number(ByteBuffer data, int index) {
            return Float.float16ToFloat(data.getShort(index * bytes()));
        }

        @Override
        void put(ByteBuffer data, double value) {
            data.putShort(Float.floatToFloat16((float) value));
        }
    },
    BFLOAT16(DataType.BFLOAT16, 2) {
        @Override
        double number(ByteBuffer data, int index) {
            return Float.intBitsToFloat(data.getShort(index * bytes()) << 16);
        }

        @Override
        void put(ByteBuffer data, double value) {
            data.putShort(toBfloat16((float) value));
        }
    },
    BOOL(DataType.BOOL, 1) {
        @Override
        double number(ByteBuffer data, int index) {
            return data.get(index) == 0 ? 0 : 1;
        }

        @Override
        void put(ByteBuffer data, double value) {
            data.put((byte) (value == 0 ? 0 : 1));
        }
    },
    INT8(DataType.INT8, 1), UINT8(DataType.UINT8, 1), INT16(DataType.INT16, 2), UINT16(DataType.UINT16, 2),
    INT32(DataType.INT32, 4), UINT32(DataType.UINT32, 4), INT64(DataType.INT64, 8), UINT64(DataType.UINT64, 8);

    private static final int BFLOAT16_QUIET_NAN = 0x7FC0;

    private final DataType type;
    private final int bytes;

    Elements(DataType type, int bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /// The reader of this type.
    static Elements of(DataType type) {
        for (Elements elements : values()) {
            if (elements.type == type) {
                return elements;
            }
        }
        throw Problem.error("tensor-type-unsupported", "",
                "elements of type " + type.label() + " cannot be read or written as numbers",
                "Use a model whose inputs and outputs are numbers of 8 to 64 bits.").toException();
    }

    int bytes() {
        return bytes;
    }

    /// The element as the nearest double.
    double number(ByteBuffer data, int index) {
        long value = whole(data, index);
        return type == DataType.UINT64 && value < 0 ? (value >>> 1) * 2.0 + (value & 1) : value;
    }

    /// The element as a whole number, fractions cut off; `uint64` as its 64 bits.
    long whole(ByteBuffer data, int index) {
        return switch (this) {
            case INT8 -> data.get(index);
            case UINT8 -> Byte.toUnsignedLong(data.get(index));
            case INT16 -> data.getShort(index * bytes);
            case UINT16 -> Short.toUnsignedLong(data.getShort(index * bytes));
            case INT32 -> data.getInt(index * bytes);
            case UINT32 -> Integer.toUnsignedLong(data.getInt(index * bytes));
            case INT64, UINT64 -> data.getLong(index * bytes);
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16, BOOL -> (long) number(data, index);
        };
    }

    /// Appends the value; integers are rounded half to even and clipped.
    void put(ByteBuffer data, double value) {
        put(data, (long) Math.rint(value));
    }

    /// Appends the whole number, clipped to the type's range.
    void put(ByteBuffer data, long value) {
        switch (this) {
            case INT8 -> data.put((byte) Math.clamp(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT8 -> data.put((byte) Math.clamp(value, 0, 0xFF));
            case INT16 -> data.putShort((short) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT16 -> data.putShort((short) Math.clamp(value, 0, 0xFFFF));
            case INT32 -> data.putInt(Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT32 -> data.putInt((int) Math.clamp(value, 0L, 0xFFFFFFFFL));
            case INT64 -> data.putLong(value);
            case UINT64 -> data.putLong(Math.max(value, 0));
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16, BOOL -> put(data, (double) value);
        }
    }

    /// Rounds half to even, as hardware does.
    private static short toBfloat16(float value) {
        if (Float.isNaN(value)) {
            return (short) BFLOAT16_QUIET_NAN;
        }
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
