package dev.lathe.optimize.quantize;

/// How weights are stored in blocks of few bits: `real = scale * (code - zeroPoint)`, a scale for each block.
///
/// @param bits 4 or 8
/// @param size weights in a block, a power of two from 16 to 256
/// @param symmetric the zero point is in the middle and not stored; else each block has its own
public record BlockForm(int bits, int size, boolean symmetric) {
    private static final int SMALLEST = 16;
    private static final int LARGEST = 256;

    /// Checks the numbers.
    public BlockForm {
        if (bits != 4 && bits != 8) {
            throw new IllegalArgumentException("bits must be 4 or 8, and is " + bits);
        }
        if (size < SMALLEST || size > LARGEST || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("block-size must be 16, 32, 64, 128 or 256, and is " + size);
        }
    }

    /// One block's numbers.
    ///
    /// @param scale never 0; below 0 where the largest weight of a symmetric block is above 0
    /// @param zeroPoint the code of 0
    public record Block(float scale, int zeroPoint) {}

    /// The code that stands for 0 in symmetric blocks.
    public int middle() {
        return 1 << (bits - 1);
    }

    /// The highest code.
    public int highest() {
        return (1 << bits) - 1;
    }

    /// How many blocks that many weights take.
    public int blocks(int weights) {
        return (weights + size - 1) / size;
    }

    /// Bytes of the codes of one block.
    public int blockBytes() {
        return size * bits / 8;
    }

    /// Scale and zero point for the weights from one index to another. Symmetric blocks give the largest weight the lowest
    /// code, which has one step more than the highest, whatever its sign; blocks of zeros have scale 1. Source: ONNX
    /// Runtime's block quantizer.
    public Block fit(double[] weights, int from, int to) {
        double low = 0;
        double high = 0;
        for (int i = from; i < to; i++) {
            low = Math.min(low, weights[i]);
            high = Math.max(high, weights[i]);
        }
        double scale = symmetric ? (high > -low ? high : low) / -middle() : (high - low) / highest();
        if (Math.abs(scale) < Float.MIN_NORMAL) {
            return new Block(1, middle());
        }
        return new Block((float) scale,
                symmetric ? middle() : (int) Math.clamp(Math.rint(-low / scale), 0.0, highest()));
    }

    /// The code of a weight: rounded half to even, saturated.
    public int code(double weight, Block block) {
        return (int) Math.clamp(Math.rint(weight / block.scale()) + block.zeroPoint(), 0.0, highest());
    }

    /// The weight that a code stands for.
    public static double real(int code, Block block) {
        return (double) block.scale() * (code - block.zeroPoint());
    }
}
