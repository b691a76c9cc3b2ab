package dev.lathe.optimize.quantize;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lathe.graph.DataType;

/// The integers a value is stored as: unsigned or signed, of 8 or 16 bits.
public enum IntegerType {
    @JsonProperty("u8")
    U8(DataType.UINT8, 0, 255), @JsonProperty("s8")
    S8(DataType.INT8, -128, 127), @JsonProperty("u16")
    U16(DataType.UINT16, 0, 65_535), @JsonProperty("s16")
    S16(DataType.INT16, -32_768, 32_767);

    private final DataType type;
    private final int lowest;
    private final int highest;

    IntegerType(DataType type, int lowest, int highest) {
        this.type = type;
        this.lowest = lowest;
        this.highest = highest;
    }

    /// ONNX's element type.
    public DataType type() {
        return type;
    }

    /// The smallest number of the type.
    public int lowest() {
        return lowest;
    }

    /// The largest number of the type.
    public int highest() {
        return highest;
    }

    /// How many steps lie between them.
    public int levels() {
        return highest - lowest;
    }

    /// Whether the type has 16 bits, for which QuantizeLinear needs opset 21.
    public boolean isWide() {
        return levels() > 255;
    }
}
