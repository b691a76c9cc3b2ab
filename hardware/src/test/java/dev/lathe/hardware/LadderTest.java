package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LadderTest {
    private static final Reading<Driver.State> WORKS = Reading.known(new Driver.State.Works(), "/dev/accel/accel0");

    @Test
    void standsOnTwoRungsBeforeAnyRuntimeWasTried() {
        Ladder ladder = Ladder.of(npu(WORKS));
        assertThat(ladder.weakest()).contains(Rung.RUNTIME_LOADS);
        assertThat(ladder.remedy()).isEmpty();
        assertThat(ladder.sentence()).isEqualTo(
                "present, driver intel_vpu 1.17 works; no runtime was tried; it takes the OpenVINO execution provider");
    }

    @Test
    void namesTheWeakestLinkAndItsRemedy() {
        String remedy = "Install " + Ladder.runtimeFor(npu(WORKS)) + " and point --ep-library at it.";
        Ladder ladder = Ladder.of(npu(WORKS)).with(Rung.RUNTIME_LOADS, new Standing.Broken("no runtime", remedy));
        assertThat(ladder.sentence()).isEqualTo("present, driver intel_vpu 1.17 works; no runtime."
                + " Install the OpenVINO execution provider and point --ep-library at it.");
        assertThat(ladder.remedy()).contains(remedy);
        // a probe model cannot have run where no runtime loads
        assertThat(ladder.weakest()).contains(Rung.RUNTIME_LOADS);
    }

    @Test
    void hasNoWeakestLinkOnceAModelRan() {
        Ladder ladder = Ladder.of(npu(WORKS))
                .with(Rung.RUNTIME_LOADS, new Standing.Reached("OpenVINO loads", "worker"))
                .with(Rung.RAN_MODEL, new Standing.Reached("12 of 13 nodes ran on it", "worker"));
        assertThat(ladder.weakest()).isEmpty();
        assertThat(ladder.sentence())
                .isEqualTo("present, driver intel_vpu 1.17 works, OpenVINO loads, 12 of 13 nodes ran on it");
    }

    @Test
    void saysHowToGetADriver() {
        Ladder ladder = Ladder.of(npu(Reading.known(new Driver.State.Missing(), "uevent")));
        assertThat(ladder.weakest()).contains(Rung.DRIVER_WORKS);
        assertThat(ladder.sentence()).isEqualTo("present; no driver. Use Linux 6.8 or later built with"
                + " CONFIG_DRM_ACCEL_IVPU and install the firmware of intel/linux-npu-driver.");
    }

    @Test
    void saysWhoseDriverNothingTellsOf() {
        Gpu unknown = Gpu.unknown("silent");
        Gpu gpu = unknown.with(unknown.identity().withVendor(Reading.known("NVIDIA", "bus")))
                .with(unknown.driver().withState(Reading.unknown("only NVML tells whether it works")));
        assertThat(Ladder.of(gpu).sentence())
                .isEqualTo("present; only NVML tells whether it works. Install nvidia-smi and"
                        + " libnvidia-ml of the same version as the kernel driver: in a container, start it with --gpus all.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Driver/library version mismatch|Restart the machine, so that kernel module and library are of one version.",
        "/dev/accel/accel0 is not visible here|Start the container with the device: --device=/dev/accel, or check that"
                + " the driver made its device file.",
        "this user may not open /dev/accel/accel0|Add this user to the group that owns it (render on most systems) and"
                + " log in again.",
        "NVML: GPU is lost|Restart the machine; if it happens again, look at the card's power supply and cooling.",
        "something new|Look for its name in the kernel's log (dmesg)."})
    void knowsWhatToDoAboutAFailure(String why, String remedy) {
        Ladder ladder = Ladder.of(npu(Reading.known(new Driver.State.Failed(why), "tool")));
        assertThat(ladder.sentence()).isEqualTo("present; driver intel_vpu 1.17 fails: " + why + ". " + remedy);
    }

    @Test
    void setsTheProcessorOnItsLadderToo() {
        Ladder ladder = Ladder.of(Cpu.unknown("silent"));
        assertThat(ladder.sentence()).isEqualTo("present, needs no driver; no runtime was tried;"
                + " it takes ONNX Runtime's CPU execution provider, which Lathe brings");
    }

    private static Npu npu(Reading<Driver.State> state) {
        Npu unknown = Npu.unknown("silent");
        return unknown
                .with(unknown.identity().withVendor(Reading.known("Intel", "bus"))
                        .withName(Reading.known("Intel NPU", "bus")))
                .with(unknown.driver().withName(Reading.known("intel_vpu", "uevent"))
                        .withVersion(Reading.known("1.17", "module")).withState(state));
    }
}
