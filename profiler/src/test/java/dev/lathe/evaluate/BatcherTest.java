package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

final class BatcherTest {
    private static final List<ValueInfo> OPEN = DataFolder.input(DataType.FLOAT, -1, 2);

    @Test
    void stacksSamplesAlongTheFirstDimension() {
        Batch batch = new Batcher(OPEN, 2).join(List.of(4, 9), List.of(sample(1, 2), sample(3, 4)));
        assertThat(batch.inputs().get("x")).isEqualTo(Tensor.ofFloats(new long[]{2, 2}, 1, 2, 3, 4));
        assertThat(batch.samples()).containsExactly(4, 9);
    }

    @Test
    void fillsTheLastBatchByRepeatingItsLastSample() {
        Batcher batcher = new Batcher(OPEN, 3);
        assertThat(batcher.chunks(List.of(5, 6, 7, 8))).containsExactly(List.of(5, 6, 7), List.of(8));
        Batch batch = batcher.join(List.of(8), List.of(sample(1, 2)));
        assertThat(batch.inputs().get("x")).isEqualTo(Tensor.ofFloats(new long[]{3, 2}, 1, 2, 1, 2, 1, 2));
        assertThat(batch.realRows()).isEqualTo(1);
    }

    @Test
    void keepsScalarsAsTheyAre() {
        SequencedMap<String, Tensor> sample = sample(1, 2);
        sample.put("sr", Tensor.ofLongs(DataType.INT64, new long[0], 16000));
        Batch batch = new Batcher(OPEN, 2).join(List.of(0, 1), List.of(sample, sample));
        assertThat(batch.inputs().get("sr")).isEqualTo(Tensor.ofLongs(DataType.INT64, new long[0], 16000));
    }

    @Test
    void knowsTheBatchAModelInsistsOn() {
        assertThat(Batcher.fixedBatch(DataFolder.input(DataType.FLOAT, 10, 1, 28, 28))).hasValue(10);
        assertThat(Batcher.fixedBatch(OPEN)).isEmpty();
        assertThat(Batcher.fixedBatch(DataFolder.input(DataType.FLOAT))).isEmpty();
    }

    @Test
    void refusesABatchTheModelCannotTake() {
        assertThatThrownBy(() -> new Batcher(DataFolder.input(DataType.FLOAT, 10, 2), 4))
                .isInstanceOf(ProblemException.class).hasMessage("input x: takes float32[10,2] and no batch of 4. "
                        + "Choose batch 10, or a model with an open batch dimension.");
    }

    @Test
    void refusesSamplesOfDifferentShape() {
        Batcher batcher = new Batcher(DataFolder.input(DataType.FLOAT, -1, -1), 2);
        assertThatThrownBy(() -> batcher.join(List.of(0, 1), List.of(sample(1, 2), sample(1, 2, 3))))
                .isInstanceOf(ProblemException.class).hasMessage("input x: has samples of float32[1,2] and of "
                        + "float32[1,3], which cannot share a batch. Choose batch 1.");
    }

    private static SequencedMap<String, Tensor> sample(float... values) {
        SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
        sample.put("x", Tensor.ofFloats(new long[]{1, values.length}, values));
        return sample;
    }
}
