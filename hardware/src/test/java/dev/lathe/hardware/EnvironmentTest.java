package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    private static final String PROCESS = "4711 (java (worker) 1) S 1 4711 4711 0 -1 4194560 9 8 7 6 300 40 5 2 20 0 12 0 99\n";

    @TempDir
    private Path root;

    @Test
    void readsTheCountersOfTheKernel() {
        assertThat(Environment.parseCpuTimes("cpu  100 20 30 4000 5 6 7 8 90 9\ncpu0 1 1 1 1 1 1 1 1 1 1\n"))
                .contains(new Environment.CpuTimes(163, 8, 4176));
        assertThat(Environment.parseCpuTimes("intr 5 5\n")).isEmpty();
        assertThat(Environment.parseProcessTicks(PROCESS)).contains(347L);
        assertThat(Environment.parseProcessTicks("4711 (java) S 1\n")).isEmpty();
        assertThat(Environment.firstNumber("0.18 0.20 0.09 1/94 7118\n")).contains(0.18);
        assertThat(ProcessorState.parseMegahertz("processor\t: 0\ncpu MHz\t\t: 2596.120\n")).contains(2_596_120_000L);
    }

    @Test
    void readsThrottlingOfBothVersions() {
        assertThat(Environment.parseThrottling("usage_usec 9\nnr_periods 10\nnr_throttled 3\nthrottled_usec 2500\n"))
                .contains(new Environment.Throttling(3, 2_500_000));
        assertThat(Environment.parseThrottling("nr_periods 10\nnr_throttled 3\nthrottled_time 2500000\n"))
                .contains(new Environment.Throttling(3, 2_500_000));
        assertThat(Environment.parseThrottling("usage_usec 9\nuser_usec 4\n")).isEmpty();
    }

    @Test
    void countsTheWorkersToTheMeasurement() {
        Host host = new FakeHost(root).with("/proc/self/stat", PROCESS).with("/proc/12/stat", PROCESS).host();
        assertThat(Environment.read(host, 12).ownTicks()).isEqualTo(Reading.known(694L, "/proc/PID/stat"));
        assertThat(Environment.read(host, 13).ownTicks()).isEqualTo(Reading.known(347L, "/proc/PID/stat"));
    }

    @Test
    void isSilentAboutAQuietMachine() {
        // 1000 ticks: 900 ours, 100 by others, 10 stolen
        assertThat(Disturbance.between(moment(0, 0, 0, 0, 0), moment(1000, 10, 2000, 900, 0))).isEmpty();
    }

    @Test
    void complainsOfTimeStolenByTheHypervisor() {
        assertThat(Disturbance.between(moment(0, 0, 0, 0, 0), moment(900, 50, 1000, 900, 0)))
                .extracting(Problem::sentence)
                .containsExactly("the hypervisor took 5.0 % of the CPU time for others during the measurement."
                        + " Repeat it when the host is quieter.");
    }

    @Test
    void complainsOfOtherPrograms() {
        assertThat(Disturbance.between(moment(100, 0, 1000, 50, 0), moment(700, 0, 2000, 450, 0)))
                .extracting(Problem::sentence)
                .containsExactly("other programs used 20.0 % of the CPU time during the measurement."
                        + " Stop them and repeat it.");
    }

    @Test
    void complainsOfAQuotaThatWasUsedUp() {
        assertThat(Disturbance.between(moment(0, 0, 0, 0, 4), moment(10, 0, 1000, 10, 9))).extracting(Problem::sentence)
                .containsExactly("the control group's CPU quota stopped the measurement 5 times, for 5 ms of CPU time."
                        + " Use fewer threads than the limit, or raise it.");
    }

    @Test
    void doesNotComplainOfWhatItCannotRead() {
        Environment blind = Environment.read(new FakeHost(root).host());
        assertThat(blind.cpuTimes()).isEqualTo(Reading.unknown("no /proc/stat"));
        assertThat(Disturbance.between(blind, moment(900, 500, 1000, 0, 9))).isEmpty();
    }

    @Test
    void complainsOfHeatAndOfAFrequencyThatFell() {
        Environment cool = processor(new ProcessorState(Reading.known("performance", "test"),
                Reading.known(3_200_000_000L, "test"), Reading.known(60.0, "test"), Reading.known(4L, "test")));
        Environment hot = processor(new ProcessorState(Reading.known("ondemand", "test"),
                Reading.known(2_400_000_000L, "test"), Reading.known(97.0, "test"), Reading.known(9L, "test")));
        assertThat(Disturbance.between(cool, hot)).extracting(Problem::sentence).containsExactly(
                "the processor slowed down for heat 5 times during the measurement, at 97 °C. Cool it, or measure with pauses.",
                "the processor's frequency went from 3.20 to 2.40 GHz. Set a fixed frequency (cpupower frequency-set), and repeat it.",
                "the frequency governor is ondemand: the processor may run below its speed. Set it to performance (cpupower frequency-set -g performance).");
        assertThat(Disturbance.between(cool, cool)).isEmpty();
    }

    @Test
    void complainsOfMemoryThatIsShort() {
        Environment before = pressed(0, 1_000);
        assertThat(Disturbance.between(before, pressed(1_000_000_000, 51_000))).extracting(Problem::sentence)
                .containsExactly("all programs waited for memory for 5.0 % of the time."
                        + " Free memory, or measure fewer models at once.");
        assertThat(Disturbance.between(before, pressed(1_000_000_000, 2_000))).isEmpty();
    }

    @Test
    void readsTemperatureAndThrottling() {
        Host host = new FakeHost(root).with("/sys/class/thermal/thermal_zone0/temp", "41000\n")
                .with("/sys/class/thermal/thermal_zone1/temp", "55500\n")
                .with("/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "3\n")
                .with("/sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "4\n")
                .with("/proc/pressure/memory",
                        "some avg10=0.00 avg60=0.00 avg300=0.00 total=9\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=5\n")
                .host();
        Environment read = Environment.read(host);
        assertThat(read.processor().hottestCelsius().toOptional()).contains(55.5);
        assertThat(read.processor().thermalThrottles().toOptional()).contains(7L);
        assertThat(read.memoryPressureUs().toOptional()).contains(5L);
    }

    private static final Reading<Long> NONE = Reading.unknown("test");
    private static final ProcessorState UNREAD = new ProcessorState(Reading.unknown("test"), NONE,
            Reading.unknown("test"), NONE);

    private static Environment moment(long busy, long stolen, long total, long own, long throttled) {
        return new Environment(0, Reading.known(0.5, "test"), UNREAD,
                Reading.known(new Environment.CpuTimes(busy, stolen, total), "test"), Reading.known(own, "test"),
                Reading.known(new Environment.Throttling(throttled, throttled * 1_000_000), "test"), NONE);
    }

    private static Environment processor(ProcessorState state) {
        return new Environment(0, Reading.known(0.5, "test"), state, Reading.unknown("test"), NONE,
                Reading.unknown("test"), NONE);
    }

    private static Environment pressed(long atNs, long pressureUs) {
        return new Environment(atNs, Reading.known(0.5, "test"), UNREAD, Reading.unknown("test"), NONE,
                Reading.unknown("test"), Reading.known(pressureUs, "test"));
    }
}
