package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Cancellation;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.graph.DataType;
import dev.lathe.profile.tensor.TensorPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackBuilderTest {
    @TempDir
    private Path temporary;

    @Test
    void knowsSamplesOfEqualContentAcrossPacks() {
        // pictures are their index, in a byte: number 256 is number 0 once more
        Dataset dataset = new DataFolder(temporary).idx(260, "");
        PackBuilder builder = new PackBuilder(dataset, DataFolder.input(DataType.UINT8, -1, 6), 1);
        var calibration = builder.write(temporary.resolve("a.pack"), List.of(0, 5), Progress.Listener.NONE,
                new Cancellation());
        var evaluation = builder.write(temporary.resolve("b.pack"), List.of(1, 256, 6), Progress.Listener.NONE,
                new Cancellation());
        assertThat(calibration.equalIn(evaluation)).containsExactly(256);
    }

    @Test
    void writesBatchesInTheGivenOrder() {
        Dataset dataset = new DataFolder(temporary).idx(100, "");
        List<Integer> samples = new ArrayList<>(IntStream.range(0, 99).boxed().toList()).reversed();
        List<Double> fractions = new ArrayList<>();
        var pack = new PackBuilder(dataset, DataFolder.input(DataType.UINT8, -1, 6), 2).write(
                temporary.resolve("data.pack"), samples, p -> fractions.add(p.fraction()), new Cancellation());
        assertThat(pack.rows()).hasSize(50).startsWith(List.of(98, 97)).endsWith(List.of(0));
        TensorPack read = TensorPack.open(pack.file());
        assertThat(read.size()).isEqualTo(50);
        for (int i = 0; i < read.size(); i++) {
            long[] values = read.sample(i).firstEntry().getValue().longs();
            List<Integer> rows = pack.rows().get(i);
            assertThat(new long[]{values[0], values[6]}).containsExactly(rows.getFirst(), rows.getLast());
        }
        assertThat(fractions).hasSize(50).isSorted().endsWith(1.0);
    }

    @Test
    void fillsTheLastBatchWithItsLastSampleWhereTheBatchDoesNotDivide() {
        Dataset dataset = new DataFolder(temporary).idx(10, "");
        PackBuilder builder = new PackBuilder(dataset, DataFolder.input(DataType.UINT8, 4, 6), 4);
        TensorPack read = TensorPack.open(builder.writeAlone(temporary.resolve("data.pack"), List.of(7, 2, 9, 4, 5, 1),
                Progress.Listener.NONE, new Cancellation()).file());
        List<Long> firsts = new ArrayList<>();
        for (int i = 0; i < read.size(); i++) {
            long[] values = read.sample(i).firstEntry().getValue().longs();
            IntStream.range(0, 4).forEach(row -> firsts.add(values[6 * row]));
        }
        assertThat(firsts).containsExactly(7L, 2L, 9L, 4L, 5L, 1L, 1L, 1L);
    }

    @Test
    void comparesNothingWhereNobodyAsks() throws IOException {
        Dataset dataset = new DataFolder(temporary).idx(10, "");
        PackBuilder builder = new PackBuilder(dataset, DataFolder.input(DataType.UINT8, -1, 6), 1);
        Path alone = builder.writeAlone(temporary.resolve("a.pack"), List.of(3, 4), Progress.Listener.NONE,
                new Cancellation()).file();
        var compared = builder.write(temporary.resolve("b.pack"), List.of(3, 4), Progress.Listener.NONE,
                new Cancellation());
        assertThat(Files.mismatch(alone, compared.file())).isEqualTo(-1);
        assertThat(compared.contents()).hasSize(2);
    }

    @Test
    void leavesNothingWhenCancelled() {
        Dataset dataset = new DataFolder(temporary).idx(100, "");
        Path file = temporary.resolve("data.pack");
        Cancellation cancellation = new Cancellation();
        PackBuilder builder = new PackBuilder(dataset, DataFolder.input(DataType.UINT8, 1, 6), 1);
        assertThatThrownBy(() -> builder.write(file, dataset.evaluation(Selection.NONE), p -> {
            if (p.fraction() > 0.5) {
                cancellation.cancel();
            }
        }, cancellation)).isInstanceOf(CancellationException.class);
        assertThat(temporary).isDirectoryNotContaining("glob:**.pack*");
    }

    @Test
    void passesOnWhatIsWrongWithASample() {
        Dataset dataset = new DataFolder(temporary).idx(3, "");
        Path file = temporary.resolve("data.pack");
        PackBuilder builder = new PackBuilder(dataset, DataFolder.input(DataType.UINT8, 1, 7), 1);
        assertThatThrownBy(() -> builder.write(file, List.of(0, 1, 2), Progress.Listener.NONE, new Cancellation()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("takes uint8[1,7], but the data gives uint8[1,2,3]");
        assertThat(temporary).isDirectoryNotContaining("glob:**.pack*");
    }
}
