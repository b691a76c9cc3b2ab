package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuSetTest {
    @TempDir
    Path root;

    private static CpuSet cpus(Integer... numbers) {
        return new CpuSet(new TreeSet<>(List.of(numbers)));
    }

    @Test
    void readsAndWritesTheKernelsLists() {
        assertThat(CpuSet.parse("0-3,8").map(CpuSet::words)).contains("0-3,8");
        assertThat(CpuSet.parse("all")).isEmpty();
        assertThat(CpuSet.parse("")).isEmpty();
        assertThat(cpus(5, 1, 2).words()).isEqualTo("1-2,5");
    }

    @Test
    void refusesCpusThatDoNotExistOrAreNotAllowed() {
        Host host = new FakeHost(root).with("/sys/devices/system/cpu/online", "0-3\n")
                .with("/proc/self/status", "Cpus_allowed_list:\t0-1\n").host();
        assertThat(cpus(0, 1).check(host)).isEmpty();
        assertThat(cpus(0, 3, 9, 10).check(host)).extracting(Problem::sentence).containsExactly(
                "--cpus 0,3,9-10: CPU 9-10 does not exist; this machine has 0-3. Choose among those.",
                "--cpus 0,3,9-10: CPU 3 may not be used by this process; its affinity and control group allow 0-1."
                        + " Choose among those, or start Lathe with more.");
        assertThat(CpuSet.allowed(host).toOptional()).contains(cpus(0, 1));
    }

    @Test
    void saysWherePinningIsNotThere() {
        assertThat(cpus(0).check(new FakeHost(root).host())).extracting(Problem::sentence).containsExactly(
                "--cpus 0: programs cannot be held to CPUs here: pinning is Linux's. Leave --cpus out.");
    }

    @Test
    void countsEnergyOverTheEndOfACountersRange() {
        FakeHost fake = new FakeHost(root).with("/sys/class/powercap/intel-rapl:0/energy_uj", "990\n")
                .with("/sys/class/powercap/intel-rapl:0/max_energy_range_uj", "1000\n");
        EnergyCounter before = EnergyCounter.read(fake.host()).toOptional().orElseThrow();
        EnergyCounter after = EnergyCounter
                .read(fake.with("/sys/class/powercap/intel-rapl:0/energy_uj", "30\n").host()).toOptional()
                .orElseThrow();
        assertThat(after.since(before)).isEqualTo(40);
    }

    @Test
    void saysWhyThereIsNoEnergy() {
        assertThat(EnergyCounter.read(new FakeHost(root).host())).isEqualTo(Reading.unknown(
                "no readable power counter: no /sys/class/powercap/intel-rapl:0 (RAPL) on this system"));
    }
}
