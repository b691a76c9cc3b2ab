package dev.lathe.profile.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

final class TensorTest {

    @Test
    void readsBackFloatsInEveryFloatType() {
        for (DataType type : new DataType[]{DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE}) {
            assertThat(Tensor.ofFloats(type, new long[]{3}, 0.5f, -2f, 96f).floats()).as(type.label())
                    .containsExactly(0.5f, -2f, 96f);
        }
    }

    @Test
    void roundsHalfToEvenAndClipsIntegers() {
        assertThat(Tensor.ofFloats(DataType.UINT8, new long[]{5}, -3f, 0.5f, 1.5f, 254.6f, 300f).longs())
                .containsExactly(0, 0, 2, 255, 255);
        assertThat(Tensor.ofLongs(DataType.INT8, new long[]{3}, -200, -7, 200).longs()).containsExactly(-128, -7, 127);
    }

    @Test
    void readsBackWholeNumbersInEveryIntegerType() {
        for (DataType type : new DataType[]{DataType.UINT8, DataType.INT8, DataType.INT16, DataType.UINT16,
            DataType.INT32, DataType.UINT32, DataType.INT64, DataType.UINT64}) {
            Tensor tensor = Tensor.ofLongs(type, new long[]{3}, 1, 0, 127);
            assertThat(tensor.longs()).as(type.label()).containsExactly(1, 0, 127);
            assertThat(tensor.floats()).as(type.label()).containsExactly(1f, 0f, 127f);
            assertThat(tensor.data().isDirect()).isTrue();
        }
        assertThat(Tensor.ofLongs(DataType.BOOL, new long[]{3}, 1, 0, 9).longs()).containsExactly(1, 0, 1);
    }

    @Test
    void roundsBfloat16HalfToEven() {
        assertThat(Tensor.ofFloats(DataType.BFLOAT16, new long[]{2}, 1f + 1f / 256, 1f + 3f / 256).floats())
                .containsExactly(1f, 1f + 4f / 256);
        assertThat(Tensor.ofFloats(DataType.BFLOAT16, new long[]{1}, Float.NaN).floats()).containsExactly(Float.NaN);
    }

    @Test
    void lendsReadOnlyViewsThatDoNotDisturbOneAnother() {
        Tensor tensor = Tensor.ofFloats(new long[]{2}, 1, 2);
        ByteBuffer first = tensor.data();
        first.getFloat();
        assertThat(tensor.data().position()).isZero();
        assertThatThrownBy(() -> first.putFloat(0, 7)).isInstanceOf(ReadOnlyBufferException.class);
        tensor.shape()[0] = 9;
        assertThat(tensor.shape()).containsExactly(2);
    }

    @Test
    void copiesBytesThatAreNotDirectAndSeesThoseThatAre() {
        byte[] heap = {1, 2, 3};
        Tensor copied = new Tensor(DataType.UINT8, new long[]{2}, ByteBuffer.wrap(heap, 1, 2));
        heap[1] = 9;
        assertThat(copied.longs()).containsExactly(2, 3);
        assertThat(copied.data().isDirect()).isTrue();
        ByteBuffer direct = ByteBuffer.allocateDirect(2);
        Tensor seen = new Tensor(DataType.UINT8, new long[]{2}, direct);
        direct.put(0, (byte) 7);
        assertThat(seen.longs()).containsExactly(7, 0);
    }

    @Test
    void equalsByTypeShapeAndBytes() {
        Tensor tensor = Tensor.ofFloats(new long[]{2}, 1, 2);
        assertThat(tensor).isEqualTo(Tensor.ofFloats(new long[]{2}, 1, 2))
                .hasSameHashCodeAs(Tensor.ofFloats(new long[]{2}, 1, 2))
                .isNotEqualTo(Tensor.ofFloats(new long[]{2}, 1, 3)).isNotEqualTo(tensor.reshaped(2, 1));
        assertThat(tensor.reshaped(1, 2)).hasToString("float32[1,2]");
    }

    @Test
    void refusesBytesThatDoNotFillTheShape() {
        assertThatThrownBy(() -> Tensor.ofFloats(new long[]{3}, 1, 2))
                .hasMessage("float32[3] takes 12 bytes, not 8");
    }

    @Test
    void refusesStrings() {
        assertThatThrownBy(() -> Tensor.ofLongs(DataType.STRING, new long[]{1}, 1))
                .isInstanceOf(ProblemException.class).hasMessage("tensors of type string are not supported. "
                        + "Use a model whose inputs and outputs are numbers.");
    }
}
