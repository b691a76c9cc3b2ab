package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lathe.base.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Detects every recorded machine and compares with what is known of it.
class RecordingsTest {
    /// What a recording does not hold although its `expected.json` knows it from elsewhere: machine/fact. Only here, and only
    /// where nothing in the recording tells, a detector may say Unknown. Sockets of the Arm and RISC-V machines rest on an
    /// assumption (see the README of the recordings); that they are no virtual machines, on who recorded them.
    private static final Set<String> NOT_RECORDED = Set.of("arm-ampere-altra/packages", "arm-ampere-altra/virtualised",
            "arm-ampereone/packages", "arm-ampereone/virtualised", "arm-graviton3/packages",
            "arm-graviton3/virtualised", "arm-grace-gh200/virtualised", "arm-github-runner-n2/virtualised",
            "jetson-orin-nano/packages", "nvidia-gb10-dgx-spark/packages", "nvidia-gb10-dgx-spark/virtualised",
            "raspberry-pi-5-hailo8/packages", "raspberry-pi-5-hailo8l/packages", "riscv-orange-pi-rv2/packages",
            "riscv-orange-pi-rv2/physicalCores", "riscv-orange-pi-rv2/virtualised", "rockchip-rk3588-mainline/packages",
            "rockchip-rk3588-rknpu/packages",
            // lscpu's text is cut before the flags
            "amd-phoenix-npu-no-driver/virtualised",
            // neither /proc/cpuinfo nor lscpu: vendor and sockets are read from the NPU's PCI id by a person
            "intel-npu-no-driver-panther-lake/vendor", "intel-npu-no-driver-panther-lake/packages",
            "intel-npu-no-driver-panther-lake/virtualised",
            // neither /sys/devices/cpu_core nor the topology of each processor
            "intel-i9-13900k-arc-b580/performanceCores", "intel-i9-13900k-arc-b580/efficiencyCores",
            // Windows tells these only by native calls
            "windows-snapdragon-x-hexagon/isa", "windows-snapdragon-x-hexagon/virtualised",
            "windows-snapdragon-x-hexagon/container", "windows-ryzen-ai-hx370-rtx4060/virtualised",
            "windows-ryzen-ai-hx370-rtx4060/container");

    @TestFactory
    Stream<DynamicTest> tellsWhatTheShippedRecordingsHold() {
        return tests(Recording.shipped());
    }

    @TestFactory
    Stream<DynamicTest> tellsWhatTheSharedRecordingsHold() {
        Path folder = Optional.ofNullable(System.getProperty("lathe.shared")).map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("lathe.repository", "..")).resolve("../shared"))
                .resolve("hardware");
        assumeTrue(Files.isDirectory(folder), "the shared recordings are not at " + folder);
        return tests(folder);
    }

    private static Stream<DynamicTest> tests(Path folder) {
        List<Recording> recordings = Recording.in(folder);
        assertThat(recordings).as("recordings in %s", folder).hasSizeGreaterThan(10);
        return recordings.stream()
                .map(recording -> DynamicTest.dynamicTest(recording.name(), () -> compare(recording)));
    }

    private static void compare(Recording recording) {
        Machine machine = Machine.detect(recording.host());
        JsonNode expected = recording.expected();
        SoftAssertions softly = new SoftAssertions();
        Comparison comparison = new Comparison(recording.name(), softly);
        comparison.cpu(machine.cpu(), expected.path("cpu"));
        comparison.fact("memoryMiB", machine.memory().totalBytes().map(bytes -> bytes >> 20),
                expected.path("memoryMiB"));
        comparison.limits(machine, expected.path("cgroup"));
        comparison.fact("virtualised", machine.platform().virtualised(), expected.path("virtualised"));
        comparison.fact("container", machine.platform().container(), expected.path("container"));
        comparison.gpus(machine.gpus(), expected.path("gpus"));
        // every machine can be shown
        softly.assertThat(MachineText.of(machine)).startsWith("CPU ").doesNotContain("null", "Known", "Optional");
        softly.assertThat(MachineJson.of(machine).toString()).contains("\"fingerprint\"");
        softly.assertAll();
    }

    private record Comparison(String machine, SoftAssertions softly) {

        void cpu(Cpu cpu, JsonNode expected) {
            fact("vendor", cpu.vendor(), expected.path("vendor"));
            fact("model", cpu.model(), expected.path("model"));
            fact("packages", cpu.cores().packages(), expected.path("packages"));
            fact("physicalCores", cpu.cores().physical(), expected.path("physicalCores"));
            fact("logicalCores", cpu.cores().logical(), expected.path("logicalCores"));
            if (expected.has("performanceCores")) {
                fact("performanceCores", cpu.cores().performance(), expected.path("performanceCores"));
                fact("efficiencyCores", cpu.cores().efficiency(), expected.path("efficiencyCores"));
            }
            isa(cpu.isa(), expected);
        }

        private void isa(Reading<SortedSet<String>> isa, JsonNode expected) {
            if (expected.path("isa").isArray() && !mayBeUnknown("isa", isa)) {
                Set<String> found = isa.toOptional().<Set<String>>map(Set::copyOf).orElse(Set.of());
                softly.assertThat(found).as("isa: " + isa).containsAll(texts(expected.path("isa")));
                softly.assertThat(texts(expected.path("isaAbsent"))).as("isaAbsent").noneMatch(found::contains);
            }
            if (expected.isNull()) {
                softly.assertThat(isa).as("isa").isInstanceOf(Reading.Unknown.class);
            }
        }

        void limits(Machine found, JsonNode expected) {
            Limits limits = found.limits();
            fact("cgroup version", limits.cgroupVersion(), expected.path("version"));
            if (expected.path("version").isNull()) {
                softly.assertThat(limits.cpus()).isInstanceOf(Reading.Unknown.class);
                softly.assertThat(limits.memoryBytes()).isInstanceOf(Reading.Unknown.class);
            } else {
                limit("cpuLimit", limits.cpus(), expected.path("cpuLimit"));
                limit("memoryLimitMiB", limits.memoryBytes().map(RecordingsTest::mebibytes),
                        expected.path("memoryLimitMiB"));
            }
            if (expected.path("effectiveCpus").isNumber()) {
                softly.assertThat(found.usableCpus()).as("effectiveCpus")
                        .isEqualTo(expected.path("effectiveCpus").asInt());
            }
            softly.assertThat(found.usableCpus()).as("usable CPUs").isPositive();
        }

        private <T> void limit(String name, Reading<Limits.Limit<T>> limit, JsonNode expected) {
            softly.assertThat(limit).as(name).isInstanceOf(Reading.Known.class);
            Optional<T> set = limit.toOptional().flatMap(Limits.Limit::toOptional);
            if (expected.isNull()) {
                softly.assertThat(set).as(name).isEmpty();
            } else {
                softly.assertThat(set.map(String::valueOf)).as(name).contains(expected.asString());
            }
        }

        /// sysfs need not show all, but what is shown has to be there, with its own memory or none.
        void gpus(List<Gpu> gpus, JsonNode expected) {
            List<String> cards = new ArrayList<>();
            expected.forEach(
                    card -> cards.add(card.path("pciId").asString("") + " " + card.path("memoryMiB").asString("")));
            for (Gpu gpu : gpus) {
                String id = gpu.pciId().toOptional().orElse("");
                String known = gpu.memoryBytes().toOptional().map(bytes -> String.valueOf(bytes >> 20)).orElse("");
                softly.assertThat(cards).as("GPU").anyMatch(card -> card.startsWith(id + " " + known));
            }
            softly.assertThat(gpus).as("GPUs").hasSizeLessThanOrEqualTo(cards.size());
        }

        void fact(String name, Reading<?> reading, JsonNode expected) {
            if (expected.isNull() || expected.isMissingNode()) {
                reading.toOptional().ifPresent(value -> softly.assertThat(value).as(name + " is not made up")
                        .isNotIn(0, 0L, "", "unknown", "null", -1));
            } else if (!mayBeUnknown(name, reading)) {
                softly.assertThat(reading.toOptional().map(String::valueOf)).as(name + ": " + reading)
                        .contains(expected.asString());
            }
        }

        private boolean mayBeUnknown(String name, Reading<?> reading) {
            return NOT_RECORDED.contains(machine + "/" + name) && reading instanceof Reading.Unknown<?>;
        }
    }

    private static Limits.Limit<Long> mebibytes(Limits.Limit<Long> limit) {
        return switch (limit) {
            case Limits.Limit.Some<Long>(Long bytes) -> new Limits.Limit.Some<>(bytes >> 20);
            case Limits.Limit.None<Long> none -> none;
        };
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asString()));
        return texts;
    }
}
