package dev.lathe.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.graph.DataType;
import dev.lathe.graph.TensorData;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntegerWeightsTest {
    private static final List<Long> SHAPE = List.of(2L, 3L);
    private static final float[] WEIGHTS = {1, -2, 0.5f, 4, 0, -8};

    @Test
    void rowsHaveTheirOwnScales() {
        assertThat(IntegerWeights.scales(WEIGHTS, SHAPE, 0, 8)).containsExactly(2 / 127f, 8 / 127f);
        assertThat(bytes(0, 8)).containsExactly(64, -127, 32, 64, 0, -127);
    }

    @Test
    void columnsHaveTheirOwnScales() {
        assertThat(IntegerWeights.scales(WEIGHTS, SHAPE, 1, 8)).containsExactly(4 / 127f, 2 / 127f, 8 / 127f);
        assertThat(bytes(1, 8)).containsExactly(32, -127, 8, 127, 0, -127);
    }

    @Test
    void oneScaleForAllIsAScalar() {
        float[] scales = IntegerWeights.scales(WEIGHTS, SHAPE, -1, 8);
        IntegerWeights weights = IntegerWeights.quantize(WEIGHTS, SHAPE, -1, 8, scales);
        assertThat(weights.scaleTensor().shape()).isEmpty();
        assertThat(weights.zeroPointTensor(false).shape()).isEmpty();
        assertThat(weights.scales()).containsExactly(8 / 127f);
    }

    @Test
    void sevenBitsEndAtSixtyFour() {
        assertThat(bytes(0, 7)).containsExactly(32, -64, 16, 32, 0, -64);
    }

    @Test
    void aChannelOfZerosHasScaleOne() {
        assertThat(IntegerWeights.scales(new float[4], List.of(2L, 2L), 0, 8)).containsExactly(1, 1);
    }

    @Test
    void aBiasThatWouldLeaveInt32RaisesTheScaleOfItsChannelAlone() {
        float[] raised = IntegerBias.raised(new float[]{1e-9f, 1e-2f}, 1e-3f, 10, 10);
        assertThat(raised[0]).isGreaterThan(1e-9f);
        assertThat(raised[1]).isEqualTo(1e-2f);
        TensorData bias = IntegerBias.quantize(new float[]{10, 10}, IntegerBias.scales(raised, 1e-3f));
        assertThat(bias.longs()[0]).isLessThan(Integer.MAX_VALUE).isGreaterThan(Integer.MAX_VALUE - 1_000_000);
        assertThat((double) bias.longs()[1]).isCloseTo(1e6, within(1.0));
    }

    private static List<Integer> bytes(int axis, int bits) {
        float[] scales = IntegerWeights.scales(WEIGHTS, SHAPE, axis, bits);
        byte[] bytes = IntegerWeights.quantize(WEIGHTS, SHAPE, axis, bits, scales).tensor(false).bytes()
                .toArray(ValueLayout.JAVA_BYTE);
        return IntStream.range(0, bytes.length).mapToObj(i -> (int) bytes[i]).toList();
    }

    /// `s = max|w| / 127` in doubles, then to float; `q = rint(w / s)`, half to even.
    @Test
    void scalesAndIntegersAreThoseOfTheFormulas() {
        float[] weights = {0.5f, -1.27f, 0.635f, 0.3f, 0.02f, -0.1f, 0, 0, 0};
        List<Long> shape = List.of(3L, 3L);
        float[] scales = IntegerWeights.scales(weights, shape, 0, 8);
        assertThat(scales).containsExactly((float) ((double) 1.27f / 127), (float) ((double) 0.3f / 127), 1);
        assertThat(IntegerWeights.quantize(weights, shape, 0, 8, scales).tensor(false).bytes()
                .toArray(ValueLayout.JAVA_BYTE)).containsExactly(50, -127, 64, 127, 8, -42, 0, 0, 0);
    }

    @Test
    void unsignedWeightsAreShiftedBy128() {
        float[] weights = {-1, 0, 1};
        IntegerWeights integers = IntegerWeights.quantize(weights, List.of(3L), -1, 8, new float[]{1 / 127f});
        assertThat(integers.tensor(true).type()).isEqualTo(DataType.UINT8);
        assertThat(integers.tensor(true).bytes().toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, (byte) 128,
                (byte) 255);
        assertThat(integers.zeroPointTensor(true).bytes().toArray(ValueLayout.JAVA_BYTE)).containsExactly((byte) 128);
    }

    @Test
    void leastErrorScalesAreNeverWorseAndClipAnOutlier() {
        float[] weights = new float[100_000];
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        weights[70_000] = 9;
        List<Long> shape = List.of(2L, 50_000L);
        float[] widest = IntegerWeights.scales(weights, shape, 0, 8);
        float[] least = IntegerWeights.leastErrorScales(weights, shape, 0, 8);
        assertThat(least[1]).isLessThan(widest[1] * 0.9f);
        for (int channel = 0; channel < 2; channel++) {
            assertThat(error(weights, channel, least[channel])).isLessThanOrEqualTo(
                    error(weights, channel, widest[channel]));
        }
    }

    private static double error(float[] weights, int channel, float scale) {
        double sum = 0;
        for (int i = channel * 50_000; i < channel * 50_000 + 50_000; i++) {
            double rounded = Math.clamp(Math.rint((double) weights[i] / scale), -127.0, 127.0) * scale;
            sum += (weights[i] - rounded) * (weights[i] - rounded);
        }
        return sum;
    }
}
