package dev.lathe.export;

import static dev.lathe.export.Deployments.plan;
import static dev.lathe.export.Deployments.tensor;
import static dev.lathe.export.Deployments.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.graph.DataType;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchingTest {
    @TempDir
    Path folder;

    private Batching of(ValueInfo input, ValueInfo output, Request... samples) {
        return Batching.of(
                Deployments.of(folder, "m", List.of(input), List.of(output), plan(8), List.of(samples)));
    }

    @Test
    void batchesWhereEveryFirstDimensionIsOpen() {
        assertThat(of(tensor("x", DataType.FLOAT, "unk__214", 4), tensor("y", DataType.FLOAT, "?", 2)))
                .isEqualTo(new Batching.FirstDimension());
    }

    @Test
    void doesNotBatchWhereOnlyTheInputIsOpen() {
        assertThat(of(tensor("input", DataType.FLOAT, "s77", 1, 28, 28), tensor("output", DataType.FLOAT, 1, 10)))
                .isEqualTo(new Batching.None("output", "has its first dimension fixed at 1"));
    }

    @Test
    void doesNotBatchScalarsOrUndeclaredShapes() {
        assertThat(of(tensor("sr", DataType.INT64), tensor("y", DataType.FLOAT, "n")))
                .isEqualTo(new Batching.None("sr", "is a scalar"));
        assertThat(of(tensor("x", DataType.FLOAT, "n"), ValueInfo.tensor("y", DataType.FLOAT)))
                .isEqualTo(new Batching.None("y", "declares no shape"));
    }

    @Test
    void believesASampleThatShowsTheFirstDimensionIsNotTheBatch() {
        Request seven = new Request("crowd", List.of(zeros("x", 1, 3)), List.of(zeros("boxes", 7, 4)));

        assertThat(of(tensor("x", DataType.FLOAT, "n", 3), tensor("boxes", DataType.FLOAT, "found", 4), seven))
                .isEqualTo(new Batching.None("boxes",
                        "has first dimension 7 in sample crowd, where the batch is 1"));
    }

    @Test
    void ignoresOutputsThatAreNoTensors() {
        Deployment iris = Deployments.of(folder, "iris", List.of(tensor("x", DataType.FLOAT, "?", 4)),
                List.of(tensor("label", DataType.INT64, "?"), Deployments.nonTensor("probability")), plan(8));

        assertThat(Batching.of(iris)).isEqualTo(new Batching.FirstDimension());
    }

    @Test
    void givesScalarsAndBatchesOfScalarsAShapeForTheWire() {
        assertThat(new Batching.FirstDimension().wireShape(List.of(5L))).containsExactly(5L, 1L);
        assertThat(new Batching.FirstDimension().wireShape(List.of(5L, 4L))).containsExactly(5L, 4L);
        assertThat(new Batching.None("x", "is a scalar").wireShape(List.of())).containsExactly(1L);
        assertThat(new Batching.None("x", "is a scalar").wireShape(List.of(5L))).containsExactly(5L);
    }
}
