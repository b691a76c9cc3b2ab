package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.hardware.CpuSet;
import dev.lathe.profile.Confinement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SidesTest {
    private static final Optional<CpuSet> FOUR = Optional.of(new CpuSet(new TreeSet<>(List.of(0, 1, 2, 3))));

    private static Sides sides(String... arguments) {
        Sides sides = new Sides();
        new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("sides",
                CommandLine.Model.CommandSpec.forAnnotatedObject(sides))).parseArgs(arguments);
        return sides;
    }

    @Test
    void eachSideTakesSeveralValues() {
        Sides sides = sides("--threads", "1,2", "--spinning", "on,off", "--instances", "1,3");
        assertThat(sides.mistake()).isEmpty();
        assertThat(sides.grid(List.of("a"), List.of(1), List.of(new dev.lathe.profile.load.Scenario.SingleStream()), 4,
                Confinement.NONE, List.of(dev.lathe.profile.Target.CPU)).setups()).hasSize(8);
    }

    @Test
    void aSmallerDeviceIsPinnedToTheLastCpus() {
        Confinement confinement = sides("--device-limit", "cpus=2,memory=512m").confinement(FOUR);
        assertThat(confinement.words()).isEqualTo("CPUs 2-3, 512 MiB of memory");
        assertThat(sides("--cpus", "0").confinement(FOUR).words()).isEqualTo("CPU 0");
        assertThat(sides().confinement(FOUR).isNone()).isTrue();
    }

    @Test
    void aLargerDeviceCannotBeImitated() {
        assertThatThrownBy(() -> sides("--device-limit", "cpus=9").confinement(FOUR)).hasMessage(
                "--device-limit cpus=9: this process may use 4 CPUs. Imitate a device that is smaller than this machine.");
    }

    @Test
    void mistakesAreNamed() {
        assertThat(sides("--threads", "0").mistake())
                .contains("--threads, --instances and --inter-op-threads must be at least 1");
        assertThat(sides("--graph-level", "most").mistake())
                .contains("--graph-level knows disable, basic, extended and all, not 'most'");
        assertThat(sides("--device-limit", "cpus=0.5").mistake()).contains(
                "--device-limit cpus=0.5: write a whole number of CPUs, such as cpus=1; the device is imitated by pinning");
        assertThat(sides("--device-limit", "memory=lots").mistake())
                .contains("--device-limit memory=lots: write a size of at least 1m, such as memory=512m or memory=1g");
        assertThat(sides("--device-limit", "memory=1k").mistake())
                .contains("--device-limit memory=1k: write a size of at least 1m, such as memory=512m or memory=1g");
        assertThat(sides("--device-limit", "disk=1").mistake())
                .contains("--device-limit knows cpus= and memory=, not 'disk=1'");
        assertThat(sides("--cpus", "0", "--device-limit", "cpus=1").mistake())
                .contains("give --cpus or --device-limit cpus=, not both");
    }

    @Test
    void sizesAreReadAsContainersWriteThem() {
        assertThat(Sizes.parse("512m")).isEqualTo(OptionalLong.of(512L << 20));
        assertThat(Sizes.parse("1.5GiB")).isEqualTo(OptionalLong.of(3L << 29));
        assertThat(Sizes.parse("64KB")).isEqualTo(OptionalLong.of(64 << 10));
        assertThat(Sizes.parse("0")).isEmpty();
        assertThat(Sizes.parse("-1m")).isEmpty();
    }
}
