package dev.lathe.hardware.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lathe.base.Reading;
import dev.lathe.hardware.nvml.NvmlSnapshot.Card;
import dev.lathe.hardware.nvml.NvmlSnapshot.Sample;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Calls a library of the same functions through the foreign-function interface, built with this machine's C compiler.
@DisabledOnOs(OS.WINDOWS)
class NvmlLibraryTest {
    @TempDir
    private Path folder;

    @Test
    void readsAWholeCard() throws IOException, InterruptedException {
        Card card = snapshot().cards().getFirst();
        assertThat(card.failure()).isEmpty();
        assertThat(card.name()).isEqualTo(Reading.known("NVIDIA H100 80GB HBM3", "NVML nvmlDeviceGetName"));
        assertThat(card.pciId().toOptional()).contains("10de:2330");
        assertThat(card.busId().toOptional()).contains("00000000:01:00.0");
        assertThat(card.memoryBytes().toOptional()).contains(85_520_809_984L);
        assertThat(card.compute().toOptional()).contains("9.0");
        assertThat(card.mig().toOptional()).contains(new NvmlSnapshot.Mig(false, List.of()));
        Sample now = card.sample();
        assertThat(now.clockHz().toOptional()).contains(1_980_000_000L);
        assertThat(now.maxClockHz().toOptional()).contains(1_981_000_000L);
        assertThat(now.memoryClockHz().toOptional()).contains(2_619_000_000L);
        assertThat(now.powerMilliwatts().toOptional()).contains(71_150L);
        assertThat(now.powerLimitMilliwatts().toOptional()).contains(700_000L);
        assertThat(now.temperatureCelsius().toOptional()).contains(42.0);
        assertThat(now.utilisationPercent().toOptional()).contains(37);
        assertThat(now.usedBytes().toOptional()).contains(1000L);
    }

    @Test
    void readsTheSlicesOfACardThatIsCut() throws IOException, InterruptedException {
        Card card = snapshot().cards().get(1);
        NvmlSnapshot.Mig mig = card.mig().toOptional().orElseThrow();
        assertThat(mig.enabled()).isTrue();
        assertThat(mig.slices()).hasSize(2).allSatisfy(slice -> {
            assertThat(slice.name().toOptional()).contains("3g.40gb");
            assertThat(slice.memoryBytes().toOptional()).contains(42_412_802_048L);
        });
        assertThat(card.sample().utilisationPercent())
                .isEqualTo(Reading.unknown("NVML nvmlDeviceGetUtilizationRates: Not Supported"));
    }

    @Test
    void saysOfALostCardThatItIsLost() throws IOException, InterruptedException {
        Card card = snapshot().cards().get(2);
        assertThat(card.failure()).contains("NVML: GPU is lost");
        assertThat(card.name()).isEqualTo(Reading.unknown("NVML: GPU is lost"));
    }

    @Test
    void readsTheDriversVersions() throws IOException, InterruptedException {
        NvmlSnapshot snapshot = snapshot();
        assertThat(snapshot.driverVersion().toOptional()).contains("590.48.01");
        assertThat(snapshot.libraryVersion().toOptional()).contains("13.590.48");
        assertThat(snapshot.cudaVersion().toOptional()).contains("13.1");
        assertThat(snapshot.cards()).hasSize(3);
    }

    @Test
    void samplesOneCardAgainAndAgain() throws IOException, InterruptedException {
        try (NvmlLibrary library = library()) {
            assertThat(library.sample(0).powerMilliwatts().toOptional()).contains(71_150L);
            assertThat(library.sample(0).powerMilliwatts().toOptional()).contains(71_150L);
            assertThat(library.sample(2).powerMilliwatts())
                    .isEqualTo(Reading.unknown("NVML cannot reach card 2: GPU is lost"));
        }
    }

    @Test
    void keepsTheLibrarysWordsWhereItDoesNotStart() throws IOException, InterruptedException {
        try (NvmlLibrary library = library("-DMISMATCH")) {
            NvmlSnapshot snapshot = library.snapshot();
            assertThat(snapshot.failure()).contains("Driver/library version mismatch");
            assertThat(snapshot.failedWith()).isEqualTo(18);
            assertThat(snapshot.cards()).isEmpty();
        }
    }

    @Test
    void isSilentWhereThereIsNoLibrary() {
        assertThat(NvmlLibrary.open("libno-such-nvml.so.1"))
                .isEqualTo(Reading.unknown("no libno-such-nvml.so.1 on this machine"));
    }

    private NvmlSnapshot snapshot() throws IOException, InterruptedException {
        try (NvmlLibrary library = library()) {
            return library.snapshot();
        }
    }

    private NvmlLibrary library(String... options) throws IOException, InterruptedException {
        Path library = folder.resolve("libnvml-stub.so");
        List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-o", library.toString(), source()));
        command.addAll(List.of(options));
        boolean compiled;
        try {
            compiled = new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException _) {
            compiled = false;
        }
        assumeTrue(compiled && Files.exists(library), "no C compiler here to build a stand-in for NVML");
        return NvmlLibrary.open(library.toString()).toOptional().orElseThrow();
    }

    private static String source() {
        try {
            return Path.of(Objects.requireNonNull(NvmlLibraryTest.class.getResource("/nvml/nvml-stub.c")).toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
