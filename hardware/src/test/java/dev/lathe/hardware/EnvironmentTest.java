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
        assertThat(Environment.parseMegahertz("processor\t: 0\ncpu MHz\t\t: 2596.120\n")).contains(2_596_120_000L);
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
        Host host = new FakeHost(root).with("/proc/self/stat", PROCESS).with("/proc/12/stat", PROCESS)
                .with("/proc/self/status", "nonvoluntary_ctxt_switches:\t7\n")
                .with("/proc/12/status", "nonvoluntary_ctxt_switches:\t5\n").host();
        assertThat(Environment.read(host, 12).ownTicks()).isEqualTo(Reading.known(694L, "/proc/PID/stat"));
        assertThat(Environment.read(host, 12).involuntarySwitches()).isEqualTo(Reading.known(12L, "/proc/PID/status"));
        assertThat(Environment.read(host, 13).ownTicks()).isEqualTo(Reading.known(347L, "/proc/PID/stat"));
    }

    @Test
    void isSilentAboutAQuietMachine() {
        // 1000 ticks: 900 ours, 100 by others, 10 stolen
        assertThat(Environment.caveats(moment(0, 0, 0, 0, 0), moment(1000, 10, 2000, 900, 0))).isEmpty();
    }

    @Test
    void complainsOfTimeStolenByTheHypervisor() {
        assertThat(Environment.caveats(moment(0, 0, 0, 0, 0), moment(900, 50, 1000, 900, 0)))
                .extracting(Problem::sentence)
                .containsExactly("the hypervisor took 5.0 % of the CPU time for others during the measurement."
                        + " Repeat it when the host is quieter.");
    }

    @Test
    void complainsOfOtherPrograms() {
        assertThat(Environment.caveats(moment(100, 0, 1000, 50, 0), moment(700, 0, 2000, 450, 0)))
                .extracting(Problem::sentence)
                .containsExactly("other programs used 20.0 % of the CPU time during the measurement."
                        + " Stop them and repeat it.");
    }

    @Test
    void complainsOfAQuotaThatWasUsedUp() {
        assertThat(Environment.caveats(moment(0, 0, 0, 0, 4), moment(10, 0, 1000, 10, 9))).extracting(Problem::sentence)
                .containsExactly("the control group's CPU quota stopped the measurement 5 times, for 5 ms of CPU time."
                        + " Use fewer threads than the limit, or raise it.");
    }

    @Test
    void doesNotComplainOfWhatItCannotRead() {
        Environment blind = Environment.read(new FakeHost(root).host());
        assertThat(blind.cpuTimes()).isEqualTo(Reading.unknown("no /proc/stat"));
        assertThat(Environment.caveats(blind, moment(900, 500, 1000, 0, 9))).isEmpty();
        assertThat(Environment.involuntarySwitches(blind, blind)).isEmpty();
    }

    private static Environment moment(long busy, long stolen, long total, long own, long throttled) {
        return new Environment(Reading.known(0.5, "test"), Reading.unknown("test"), Reading.unknown("test"),
                Reading.known(new Environment.CpuTimes(busy, stolen, total), "test"), Reading.known(own, "test"),
                Reading.known(0L, "test"),
                Reading.known(new Environment.Throttling(throttled, throttled * 1_000_000), "test"));
    }
}
