package dev.lathe.profile.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.WorkerProcess;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.kernels.KernelWidths.Timed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelWidthsTest {
    @TempDir
    Path folder;

    private static List<Timed> times(IntToDoubleFunction ns) {
        List<Timed> times = new ArrayList<>();
        for (String operator : Sandwich.OPERATORS) {
            WidthBench.WIDTHS.forEach(w -> times.add(new Timed(operator, w, ns.applyAsDouble(w))));
        }
        return times;
    }

    private static IntToDoubleFunction blocks(int block) {
        return width -> 1000.0 + 10 * ((width + block - 1) / block * block);
    }

    @Test
    void kernelsThatWorkInBlocksLikeMultiplesOfTheBlock() {
        assertThat(List.of(8, 16, 32)).allSatisfy(
                block -> assertThat(KernelWidths.multiple(times(blocks(block)))).isEqualTo(block));
    }

    @Test
    void whereEveryChannelTakesTheSameAnyWidthIsGood() {
        assertThat(KernelWidths.multiple(times(blocks(1)))).isEqualTo(1);
        assertThat(KernelWidths.multiple(times(w -> w % 4 == 0 ? w : 1.3 * w))).isEqualTo(4);
    }

    @Test
    void aWidthBetweenIsHeldAgainstTheLineBetweenItsNeighbours() {
        assertThat(KernelWidths.excess(times(w -> w == 80 || w == 112 ? 2.0 * w : w), 16)).isEqualTo(1);
        assertThat(KernelWidths.excess(times(w -> w == 80 || w == 112 ? 2.0 * w : w), 8)).isZero();
    }

    @Test
    void whatIsKeptIsReadAndWhatIsBrokenIsNot() throws Exception {
        WidthStore store = new WidthStore(folder);
        SessionSettings session = SessionSettings.threads(1);
        Path file = store.file("m", "r", session);
        KernelWidths widths = new KernelWidths(1, "r", Reading.known(times(blocks(16)), "measured"),
                Reading.unknown("no such kernels"), "2026-01-01T00:00:00Z");
        WidthStore.write(file, widths);
        assertThat(WidthStore.read(file)).contains(widths);
        assertThat(widths.multiple(true)).isEqualTo(Reading.unknown("no such kernels"));
        Files.writeString(file, Files.readString(file).replace("\"width\":96", "\"width\":97"));
        assertThat(WidthStore.read(file)).isEmpty();
        Files.writeString(file, "{");
        assertThat(WidthStore.read(file)).isEmpty();
        assertThat(store.file("m2", "r", session)).isNotEqualTo(file);
        assertThat(store.file("m", "r", SessionSettings.threads(2))).isNotEqualTo(file);
    }

    @Test
    void everyKindOfKernelRuns() throws Exception {
        WorkerSettings workers = WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"),
                "onnxruntime");
        try (WorkerProcess worker = WorkerProcess.start(workers, new Cancellation())) {
            KernelTimer timer = new KernelTimer(worker, workers, SessionSettings.threads(1));
            for (String operator : Sandwich.OPERATORS) {
                for (DataType type : List.of(DataType.FLOAT, DataType.UINT8)) {
                    Sandwich sandwich = new Sandwich(operator, type, 73);
                    assertThat(timer.queriesNs("width", sandwich.model(), sandwich.x(),
                            new KernelTimer.Patience(3, 3, 0, 0))).hasSize(3).doesNotContain(0);
                }
            }
        }
    }
}
