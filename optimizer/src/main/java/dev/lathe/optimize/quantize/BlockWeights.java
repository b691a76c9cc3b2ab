package dev.lathe.optimize.quantize;

import dev.lathe.graph.DataType;
import dev.lathe.graph.TensorData;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A matrix of weights in blocks of few bits, row by row, as MatMulNBits and GatherBlockQuantized read them: 4-bit codes
/// in pairs, the first in the low half of the byte; the last block of a row filled up with codes of 0.
public final class BlockWeights {
    private final BlockForm form;
    private final int rows;
    private final int columns;
    private final byte[] codes;
    private final float[] scales;
    private final byte[] zeroPoints;

    private BlockWeights(int rows, int columns, BlockForm form) {
        this.form = form;
        this.rows = rows;
        this.columns = columns;
        int blocks = form.blocks(columns);
        this.codes = new byte[Math.multiplyExact(rows, blocks * form.blockBytes())];
        this.scales = new float[rows * blocks];
        this.zeroPoints = new byte[rows * ((blocks * form.bits() + 7) / 8)];
    }

    /// How the codes of one row are found.
    @FunctionalInterface
    public interface Rounding {

        /// Puts the codes of a row.
        ///
        /// @param row the weights, which may be changed
        /// @param codes one per weight, to be filled
        /// @param blocks one per block, to be filled
        void round(double[] row, int[] codes, BlockForm.Block[] blocks);
    }

    /// Every weight becomes the nearest number that its block has.
    public static Rounding nearest(BlockForm form) {
        return (row, codes, blocks) -> {
            for (int b = 0; b < blocks.length; b++) {
                int from = b * form.size();
                int to = Math.min(row.length, from + form.size());
                blocks[b] = form.fit(row, from, to);
                for (int i = from; i < to; i++) {
                    codes[i] = form.code(row[i], blocks[b]);
                }
            }
        };
    }

    /// Quantizes a matrix, rows in parallel.
    ///
    /// @param weights row by row
    public static BlockWeights quantize(float[] weights, int columns, BlockForm form, Rounding rounding) {
        BlockWeights made = new BlockWeights(weights.length / columns, columns, form);
        IntStream.range(0, made.rows).parallel().forEach(r -> {
            double[] row = new double[columns];
            for (int c = 0; c < columns; c++) {
                row[c] = weights[r * columns + c];
            }
            int[] codes = new int[columns];
            BlockForm.Block[] blocks = new BlockForm.Block[form.blocks(columns)];
            rounding.round(row, codes, blocks);
            made.put(r, codes, blocks);
        });
        return made;
    }

    private void put(int row, int[] fresh, BlockForm.Block[] blocks) {
        int rowBytes = codes.length / rows;
        int pointBytes = zeroPoints.length / rows;
        for (int b = 0; b < blocks.length; b++) {
            scales[row * blocks.length + b] = blocks[b].scale();
            pack(zeroPoints, row * pointBytes, b, blocks[b].zeroPoint());
        }
        if (form.bits() == 4 && blocks.length % 2 == 1) {
            pack(zeroPoints, row * pointBytes, blocks.length, form.middle());
        }
        for (int i = 0; i < blocks.length * form.size(); i++) {
            pack(codes, row * rowBytes, i, i < columns ? fresh[i] : blocks[i / form.size()].zeroPoint());
        }
    }

    private void pack(byte[] bytes, int offset, int index, int code) {
        if (form.bits() == 8) {
            bytes[offset + index] = (byte) code;
        } else {
            bytes[offset + index / 2] |= (byte) (code << (index % 2 * 4));
        }
    }

    private int code(byte[] bytes, int offset, int index) {
        return form.bits() == 8 ? bytes[offset + index] & 0xff : bytes[offset + index / 2] >> (index % 2 * 4) & 0xf;
    }

    /// The weights that the codes stand for, row by row.
    public float[] dequantized() {
        float[] weights = new float[rows * columns];
        int blocks = form.blocks(columns);
        for (int i = 0; i < weights.length; i++) {
            int row = i / columns;
            int block = i % columns / form.size();
            int zeroPoint = code(zeroPoints, row * (zeroPoints.length / rows), block);
            int code = code(codes, row * (codes.length / rows), i % columns);
            weights[i] = scales[row * blocks + block] * (code - zeroPoint);
        }
        return weights;
    }

    /// The codes for MatMulNBits: `[row, block, byte]`.
    public TensorData blocks() {
        return TensorData.ofBytes(DataType.UINT8,
                List.of((long) rows, (long) form.blocks(columns), (long) form.blockBytes()), codes);
    }

    /// The codes for GatherBlockQuantized: `[row, byte]`; only where the last block of a row is full.
    public TensorData table() {
        return TensorData.ofBytes(DataType.UINT8, List.of((long) rows, (long) columns * form.bits() / 8), codes);
    }

    /// The scales: `[row, block]`.
    public TensorData scaleTensor() {
        return TensorData.ofFloats(List.of((long) rows, (long) form.blocks(columns)), scales);
    }

    /// The zero points, packed as the codes are, where they are not all in the middle.
    public Optional<TensorData> zeroPointTensor() {
        return form.symmetric()
                ? Optional.empty()
                : Optional.of(TensorData.ofBytes(DataType.UINT8,
                        List.of((long) rows, (long) zeroPoints.length / rows), zeroPoints));
    }
}
