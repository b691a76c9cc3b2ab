package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.graph.DataType;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FittingTest {
    @TempDir
    private Path temporary;

    @Test
    void putsABatchOfOneBeforeTheSample() {
        assertThat(shape(-1, 1, 2, 3)).containsExactly(1, 1, 2, 3);
        assertThat(shape(10, 1, 2, 3)).containsExactly(1, 1, 2, 3);
        assertThat(shape(1, -1, -1, -1)).containsExactly(1, 1, 2, 3);
    }

    @Test
    void reshapesWhereTheElementCountsAgree() {
        assertThat(shape(1, 6, 1)).containsExactly(1, 6, 1);
        assertThat(shape(-1, 6)).containsExactly(1, 6);
        assertThat(shape(-1, -1)).containsExactly(1, 6);
        assertThat(shape(10, 6)).containsExactly(1, 6);
        assertThat(shape(6)).containsExactly(6);
        assertThat(shape(1, 2, 3, 1)).containsExactly(1, 2, 3, 1);
    }

    @Test
    void takesASampleAsItIsWhereTheModelHasNoBatch() {
        assertThat(shape(1, 2, 3)).containsExactly(1, 2, 3);
    }

    @Test
    void takesAnyShapeWhereNoneIsDeclared() {
        Dataset dataset = new DataFolder(temporary).idx(1, "");
        assertThat(dataset.sample(0, List.of(ValueInfo.tensor("x", DataType.FLOAT))).firstEntry().getValue().shape())
                .containsExactly(
                        1,
                        1, 2, 3);
    }

    @Test
    void refusesAnotherNumberOfElements() {
        Dataset dataset = new DataFolder(temporary).idx(1, "");
        assertThatThrownBy(() -> dataset.sample(0, DataFolder.input(DataType.FLOAT, -1, 3, 224, 224)))
                .isInstanceOf(ProblemException.class)
                .hasMessage(dataset.path() + ": input 'x' of the model takes float32[?,3,224,224], but the data gives "
                        + "float32[1,2,3]. Set resize, width, height, crop, colour and layout of inputs.x so that they "
                        + "agree, or choose the data of this model.");
    }

    @Test
    void refusesToExchangeDimensionsByReshaping() {
        Dataset dataset = new DataFolder(temporary).idx(1, "");
        assertThatThrownBy(() -> dataset.sample(0, DataFolder.input(DataType.FLOAT, 1, 1, 3, 2)))
                .hasMessageContaining("takes float32[1,1,3,2], but the data gives float32[1,2,3].");
    }

    @Test
    void refusesAnotherType() {
        DataFolder folder = new DataFolder(temporary);
        folder.idx(1, "");
        Dataset dataset = Dataset.open(folder.describe("'kind':'idx','images':'images.gz'",
                "'from':'image','colour':'GRAY','dtype':'float32'", ""));
        assertThatThrownBy(() -> dataset.sample(0, DataFolder.input(DataType.FLOAT16, 1, 1, 2, 3)))
                .hasMessage(dataset.path() + ": input 'x' of the model takes float16[1,1,2,3], but the data gives "
                        + "float32[1,2,3]. Set inputs.x.dtype to float16, or leave it out.");
    }

    @Test
    void refusesAnInputTheDescriptionDoesNotMention() {
        Dataset dataset = new DataFolder(temporary).idx(1, "");
        assertThatThrownBy(() -> dataset.sample(0, List.of(ValueInfo.tensor("y", DataType.FLOAT, List.of()))))
                .hasMessage(dataset.path() + ": says nothing about input 'y' float32[] of the model; it describes x. "
                        + "Add inputs.y, or choose the data of this model.");
    }

    @Test
    void fillsConstants() {
        assertThat(constant(DataType.INT64, List.of(16000.0)))
                .isEqualTo(Tensor.ofLongs(DataType.INT64, new long[0], 16000));
        assertThat(constant(DataType.FLOAT, List.of(0.5), 2, -1, 3)).isEqualTo(
                Tensor.ofFloats(new long[]{1, 1, 3}, 0.5f, 0.5f, 0.5f));
        assertThat(constant(DataType.FLOAT, List.of(1.0, 2.5), 1, 2))
                .isEqualTo(Tensor.ofFloats(new long[]{1, 2}, 1, 2.5f));
        assertThatThrownBy(() -> constant(DataType.FLOAT, List.of(1.0, 2.5), 1, 3))
                .hasMessage(
                        "d.json: input 'x' of the model takes float32[1,3], but the data gives 2 numbers of float32. "
                                + "Give inputs.x.value one number, or as many as the input has elements.");
    }

    private static Tensor constant(DataType type, List<Double> values, long... shape) {
        InputRule.Constant rule = new InputRule.Constant(values, Optional.empty());
        return new Fitting(Path.of("d.json"), rule, DataFolder.input(type, shape).getFirst()).constant(rule);
    }

    private long[] shape(long... declared) {
        return new DataFolder(temporary).idx(1, "").sample(0, DataFolder.input(DataType.FLOAT, declared)).firstEntry()
                .getValue().shape();
    }
}
