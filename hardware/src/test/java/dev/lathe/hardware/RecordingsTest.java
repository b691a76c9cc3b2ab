package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Detects every recorded machine and compares with what is known of it.
class RecordingsTest {
    /// What a recording does not hold although its `expected.json` knows it from elsewhere: machine/fact. Only here, and only
    /// where nothing in the recording tells, a detector may say Unknown.
    private static final Set<String> NOT_RECORDED = Set.of(
            // neither topology nor siblings, and the cores alone do not tell one socket from two (README of the recordings)
            "arm-ampere-altra/packages", "arm-ampereone/packages", "arm-graviton3/packages",
            // Arm and RISC-V have no flag for it; neither device tree nor firmware was recorded that would tell
            "arm-ampere-altra/virtualised", "arm-ampereone/virtualised", "arm-graviton3/virtualised",
            "arm-grace-gh200/virtualised", "arm-github-runner-n2/virtualised", "nvidia-gb10-dgx-spark/virtualised",
            "riscv-orange-pi-rv2/virtualised",
            // lscpu's text is cut before the flags
            "amd-phoenix-npu-no-driver/virtualised",
            // neither /proc/cpuinfo nor lscpu: vendor and sockets are read from the NPU's PCI id by a person
            "intel-npu-no-driver-panther-lake/vendor", "intel-npu-no-driver-panther-lake/packages",
            "intel-npu-no-driver-panther-lake/virtualised",
            // Windows tells these only by native calls
            "windows-snapdragon-x-hexagon/isa", "windows-snapdragon-x-hexagon/virtualised",
            "windows-snapdragon-x-hexagon/container", "windows-ryzen-ai-hx370-rtx4060/virtualised",
            "windows-ryzen-ai-hx370-rtx4060/container",
            // no file of the drivers that tells the size of a card's memory was recorded; expected.json has it from OpenCL
            "intel-i5-3570k-three-gpus/gpu.memoryMiB", "intel-i9-13900k-arc-b580/gpu.memoryMiB",
            // no file tree of /dev
            "raspberry-pi-5-hailo8l/npu.node");

    /// So that nothing stays excused that a detector has learned to tell.
    @Test
    void excusesNoFactThatIsTold() {
        Map<String, Machine> machines = new TreeMap<>();
        Recording.in(Recording.shipped()).forEach(it -> machines.put(it.name(), Machine.detect(it.host())));
        assertThat(NOT_RECORDED).allSatisfy(excuse -> {
            String[] parts = excuse.split("/", 2);
            Machine machine = Objects.requireNonNull(machines.get(parts[0]), excuse);
            assertThat(readings(machine, parts[1])).as(excuse).anyMatch(Reading.Unknown.class::isInstance);
        });
    }

    private static List<Reading<?>> readings(Machine machine, String fact) {
        return switch (fact) {
            case "packages" -> List.of(machine.cpu().cores().packages());
            case "vendor" -> List.of(machine.cpu().vendor());
            case "isa" -> List.of(machine.cpu().isa());
            case "virtualised" -> List.of(machine.platform().virtualised());
            case "container" -> List.of(machine.platform().container());
            case "gpu.memoryMiB" -> List.copyOf(machine.gpus().stream().map(it -> it.memory().totalBytes()).toList());
            case "npu.node" -> List.copyOf(machine.npus().stream().map(it -> it.identity().node()).toList());
            default -> throw new IllegalArgumentException(fact);
        };
    }

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
        comparison.npus(machine.npus(), expected.path("npus"));
        comparison.stated("board", machine.platform().board(), expected, "board");
        comparison.slices(machine.gpus(), expected.path("migDevices"));
        comparison.trouble(machine, expected);
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
            stated("lowPowerCores", cpu.cores().lowPower(), expected, "lowPowerCores");
            stated("maxMHz", cpu.clock().maxHz().map(hertz -> hertz / 1_000_000), expected, "maxMHz");
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

        void gpus(List<Gpu> found, JsonNode expected) {
            softly.assertThat(found).as("GPUs").hasSameSizeAs(nodes(expected));
            List<Gpu> free = new ArrayList<>(found);
            for (JsonNode card : nodes(expected)) {
                Optional<Gpu> gpu = free.stream().filter(it -> isIt(it.identity(), card)).findFirst();
                softly.assertThat(gpu).as("GPU " + card).isPresent();
                gpu.ifPresent(it -> {
                    free.remove(it);
                    gpu(it, card);
                });
            }
        }

        private void gpu(Gpu gpu, JsonNode expected) {
            identity("gpu", gpu.identity(), expected);
            driver("gpu", gpu.driver(), expected);
            boolean unified = expected.path("unifiedMemory").asBoolean(false);
            // of memory that is the machine's own, expected.json counts all
            fact("gpu.memoryMiB", unified && expected.path("memoryMiB").isNumber()
                    ? gpu.memory().sharedBytes().map(bytes -> bytes >> 20)
                    : gpu.memory().totalBytes().map(bytes -> bytes >> 20), expected.path("memoryMiB"));
            stated("gpu.sharedMemoryMiB", gpu.memory().sharedBytes().map(bytes -> bytes >> 20), expected,
                    "sharedMemoryMiB");
            stated("gpu.unifiedMemory", gpu.memory().unified(), expected, "unifiedMemory");
            stated("gpu.integrated", gpu.integrated(), expected, "integrated");
            stated("gpu.computeCapability", gpu.compute(), expected, "computeCapability");
            stated("gpu.gfx", gpu.compute(), expected, "gfx");
            stated("gpu.cores", gpu.units(), expected, "cores");
            stated("gpu.cudaVersion", gpu.driver().offers().map(it -> it.replace("CUDA ", "")), expected,
                    "cudaVersion");
            if (expected.has("migEnabled")) {
                boolean enabled = gpu.partitions().toOptional().map(Gpu.Partitions::enabled).orElse(false);
                softly.assertThat(enabled).as("MIG").isEqualTo(expected.path("migEnabled").asBoolean());
            }
        }

        void npus(List<Npu> found, JsonNode expected) {
            softly.assertThat(found).as("NPUs").hasSameSizeAs(nodes(expected));
            for (int i = 0; i < Math.min(found.size(), nodes(expected).size()); i++) {
                JsonNode unit = expected.get(i);
                identity("npu", found.get(i).identity(), unit);
                driver("npu", found.get(i).driver(), unit);
                stated("npu.cores", found.get(i).cores(), unit, "cores");
                stated("npu.node", found.get(i).identity().node(), unit, "node");
                stated("npu.pnpId", found.get(i).identity().node(), unit, "pnpId");
            }
        }

        void slices(List<Gpu> gpus, JsonNode expected) {
            List<String> found = gpus.stream().map(Gpu::partitions).flatMap(it -> it.toOptional().stream())
                    .flatMap(it -> it.slices().stream())
                    .map(slice -> slice.name() + " " + slice.memoryBytes().map(bytes -> bytes >> 20).toOptional())
                    .toList();
            softly.assertThat(found).as("MIG slices").hasSameSizeAs(nodes(expected));
            for (int i = 0; i < Math.min(found.size(), nodes(expected).size()); i++) {
                JsonNode slice = expected.get(i);
                softly.assertThat(found.get(i)).as("MIG slice").startsWith(slice.path("profile").asString("")).endsWith(
                        " Optional[" + slice.path("memoryMiB").asString() + "]");
            }
        }

        void trouble(Machine found, JsonNode expected) {
            if (expected.has("usableGpus")) {
                softly.assertThat(found.gpus()).as("usable GPUs").noneMatch(
                        gpu -> Ladder.of(gpu).at(Rung.DRIVER_WORKS) instanceof Standing.Reached);
            }
            JsonNode diagnosis = expected.path("diagnosis");
            if (diagnosis.isObject()) {
                softly.assertThat(found.problems()).extracting(Problem::sentence).singleElement().asString()
                        .contains(diagnosis.path("kernelModule").asString(), diagnosis.path("userLibrary").asString(),
                                "Restart");
            } else {
                softly.assertThat(found.problems()).isEmpty();
            }
        }

        private void identity(String kind, Identity identity, JsonNode expected) {
            fact(kind + ".vendor", identity.vendor(), expected.path("vendor"));
            // where expected.json has no name, a table may have one
            boolean tabled = identity.name() instanceof Reading.Known<String>(String _, String source)
                    && source.contains("Lathe's table");
            if (!expected.path("name").isNull() || !tabled) {
                fact(kind + ".name", identity.name(), expected.path("name"));
            }
            stated(kind + ".pciId", identity.pciId(), expected, "pciId");
            stated(kind + ".pciBus", identity.pciSlot(), expected, "pciBus");
        }

        private void driver(String kind, Driver driver, JsonNode expected) {
            fact(kind + ".driver", driver.name(), expected.path("driver"));
            stated(kind + ".driverVersion", driver.version(), expected, "driverVersion");
            String state = switch (driver.state()) {
                case Reading.Known<Driver.State>(Driver.State.Works _, String _) -> "ok";
                case Reading.Known<Driver.State>(Driver.State.Missing _, String _) -> "driver-missing";
                case Reading.Known<Driver.State>(Driver.State.Failed _, String _) -> "error";
                case Reading.Known<Driver.State>(Driver.State.Inferred _, String _) -> "inferred";
                case Reading.Unknown<Driver.State> _ -> "no-smi";
            };
            softly.assertThat(state).as(kind + ".status").isEqualTo(expected.path("status").asString("ok"));
        }

        /// Compares only what this expected.json has a word on.
        void stated(String name, Reading<?> reading, JsonNode expected, String field) {
            if (expected.has(field)) {
                fact(name, reading, expected.path(field));
            }
        }

        private static boolean isIt(Identity identity, JsonNode expected) {
            if (expected.has("pciId")) {
                return identity.pciId().toOptional().filter(expected.path("pciId").asString()::equals).isPresent();
            }
            return expected.has("pciBus")
                    ? identity.pciSlot().toOptional().filter(expected.path("pciBus").asString()::equals).isPresent()
                    : identity.name().toOptional().filter(expected.path("name").asString("")::equals).isPresent();
        }

        void fact(String name, Reading<?> reading, JsonNode expected) {
            if (expected.isNull()) {
                softly.assertThat(reading).as(name + " is not made up").isInstanceOf(Reading.Unknown.class);
            } else if (expected.isMissingNode()) {
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

    private static List<JsonNode> nodes(JsonNode array) {
        List<JsonNode> nodes = new ArrayList<>();
        array.forEach(nodes::add);
        return nodes;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asString()));
        return texts;
    }
}
