package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path root;

    @Test
    void leavesOutAToolThatHangsAndShowsTheRest() {
        CountDownLatch never = new CountDownLatch(1);
        Host host = new Host(FakeHost.inArchive(root).with("/sys/class/drm/card0/device/uevent", """
                DRIVER=amdgpu
                PCI_CLASS=38000
                PCI_ID=1002:738C
                PCI_SLOT_NAME=0000:83:00.0
                """).host().root(), (_, command) -> {
            if (command.getFirst().equals("nvidia-smi")) {
                try {
                    never.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
            return Reading.unknown(command.getFirst() + " cannot be run here");
        }, new Recording.SilentNatives("linux", "x86_64"));
        Detection detection = Detection.of(host, Detection.probes().stream()
                .filter(probe -> Set.of("NvidiaSmi", "DrmGpu", "LinuxCpu").contains(probe.getClass().getSimpleName()))
                .toList(), Duration.ofSeconds(3));
        assertThat(detection.machine().gpus()).extracting(gpu -> gpu.identity().label())
                .containsExactly("Arcturus GL-XL [Instinct MI100]");
        Detection.Report report = report(detection, "NvidiaSmi");
        assertThat(report.failure()).contains("did not answer in time and was left out");
        assertThat(ExplainText.of(detection))
                .containsPattern("NvidiaSmi \\(nvidia-smi\\), \\d+ ms: did not answer in time and was left out\n");
        assertThat(MachineJson.explain(detection).toString()).contains("did not answer in time and was left out");
    }

    @Test
    void goesOnWithoutAProbeThatFails() {
        Probe broken = new FixedProbe(1, List.of());
        Cpu cpu = Cpu.unknown("silent");
        Detection detection = Detection.of(new FakeHost(root).host(),
                List.of(broken, new FixedProbe(2, List.of(cpu))), LONG);
        assertThat(detection.machine().cpu()).isEqualTo(cpu);
        assertThat(detection.reports().getFirst().failure())
                .contains("failed and was left out: java.lang.IllegalStateException: unforeseen");
    }

    @Test
    void showsWhereSourcesDifferAndBelievesTheFirst() {
        Gpu first = card("0000:01:00.0", 16_000, "NVML");
        Gpu other = card("0000:01:00.0", 4_000, "registry");
        Machine machine = machine(first, other);
        assertThat(machine.gpus()).hasSize(1);
        assertThat(machine.gpus().getFirst().memory().totalBytes()).isEqualTo(Reading.known(16_000L, "NVML"));
        assertThat(machine.disagreements()).extracting(Disagreement::sentence)
                .containsExactly("A card at 0000:01:00.0, memory.totalBytes: 16000 (NVML), but 4000 (registry)");
        assertThat(MachineText.of(machine)).contains("Sources differ    A card at 0000:01:00.0, memory.totalBytes");
        assertThat(MachineJson.of(machine).at("/disagreements/0/claims/1/source").asString()).isEqualTo("registry");
    }

    @Test
    void doesNotCallRoundingADisagreement() {
        assertThat(machine(card("0000:01:00.0", 16_000, "NVML"), card("0000:01:00.0", 16_100, "tool")).disagreements())
                .isEmpty();
    }

    @Test
    void keepsTwinCardsApartByTheirAddress() {
        Detection detection = Detection.of(new FakeHost(root).host(), List.of(
                new FixedProbe(1, List.of(card("0000:01:00.0", 16_000, "a"), card("0000:02:00.0", 16_000, "a"))),
                new FixedProbe(2, List.of(card("0000:02:00.0", 16_000, "b"), card("0000:03:00.0", 16_000, "b")))),
                LONG);
        assertThat(detection.machine().gpus()).extracting(gpu -> gpu.identity().pciSlot().toOptional().orElse(""))
                .containsExactly("0000:01:00.0", "0000:02:00.0", "0000:03:00.0");
    }

    @Test
    void takesADeviceWithoutAPlaceForOneOfTheSameVendor() {
        Gpu bus = card("0000:01:00.0", 16_000, "bus");
        Gpu unknown = Gpu.unknown("the tool does not tell");
        Gpu tool = unknown.with(unknown.identity().withVendor(Reading.known("NVIDIA", "tool"))
                .withName(Reading.known("Quite Another Name", "tool")));
        assertThat(machine(bus, tool).gpus()).hasSize(1);
        Gpu amd = unknown.with(unknown.identity().withVendor(Reading.known("AMD", "tool")));
        assertThat(machine(bus, amd).gpus()).hasSize(2);
    }

    @Test
    void takesInWhatARuntimeSaysLater() {
        Detection detection = Detection.of(new FakeHost(root).host(),
                List.of(new FixedProbe(1, List.of(card("0000:01:00.0", 16_000, "NVML")))), LONG);
        Detection wider = detection.with(new Detection.Report("EpDevices", "ONNX Runtime's device list", 5, List.of(),
                List.of(card("0000:01:00.0", 8_000, "ONNX Runtime")), Optional.empty()));
        assertThat(wider.machine().gpus()).isEqualTo(detection.machine().gpus());
        assertThat(wider.machine().disagreements()).extracting(Disagreement::sentence)
                .containsExactly("A card at 0000:01:00.0, memory.totalBytes: 16000 (NVML), but 8000 (ONNX Runtime)");
        assertThat(wider.reports()).hasSize(detection.reports().size() + 1);
        assertThat(ExplainText.of(wider)).contains("EpDevices (ONNX Runtime's device list), 0 ms: GPU A card\n");
    }

    @Test
    void showsLaddersThatSomebodyElseHasLookedFurtherUp() {
        Machine machine = Detection.of(new FakeHost(root).host(),
                List.of(new FixedProbe(1, List.of(card("0000:01:00.0", 16_000, "NVML")))), LONG).machine();
        Standing loads = new Standing.Reached("CUDA loads", "worker");
        assertThat(MachineText.of(machine, device -> Ladder.of(device).with(Rung.DRIVER_WORKS, loads)
                .with(Rung.RUNTIME_LOADS, loads)))
                .contains("GPU stands        present, CUDA loads, CUDA loads; no model was tried\n");
        assertThat(MachineJson.of(machine, device -> Ladder.of(device).with(Rung.RUNTIME_LOADS, loads))
                .at("/gpus/0/ladder/rungs/runtime-loads/reached").asString()).isEqualTo("CUDA loads");
    }

    @Test
    void asksEachToolOnlyOnce() {
        AtomicInteger asked = new AtomicInteger();
        Host host = new Host(root, (_, command) -> {
            asked.incrementAndGet();
            return Reading.known(new Host.Output(0, "a"), command.getFirst());
        }, new Recording.SilentNatives("linux", "x86_64"));
        Probe asking = new Probe() {
            @Override
            public List<Device> find(Host seen) {
                assertThat(seen.run("tool", "-x").toOptional()).isEqualTo(Optional.of("a"));
                return List.of();
            }

            @Override
            public String title() {
                return "a test";
            }

            @Override
            public int rank() {
                return 1;
            }
        };
        Detection detection = Detection.of(host, List.of(asking, asking, asking), LONG);
        assertThat(detection.reports()).filteredOn(report -> report.title().equals("a test"))
                .allMatch(report -> report.failure().isEmpty())
                .allMatch(report -> report.looks().equals(List.of(new Host.Look("tool -x", "status 0, a"))));
        // and Platform asks lscpu
        assertThat(asked).hasValue(2);
    }

    @Test
    void explainsWhatWasLookedAtInOneLinePerKind() {
        List<Host.Look> looks = List.of(new Host.Look("/sys/cpu/cpu0/size", "48K"),
                new Host.Look("/sys/cpu/cpu1/size", "48K"), new Host.Look("/sys/cpu/cpu12/size", "32K"),
                new Host.Look("/sys/bus/0000:01:00.0/class", "0x030000"), new Host.Look("/proc/stat", "not there"));
        assertThat(ExplainText.lines(looks)).containsExactly("/sys/cpu/cpu*/size (3): 48K | 32K",
                "/sys/bus/0000:01:00.0/class: 0x030000", "/proc/stat: not there");
    }

    @Test
    void explainsEveryProbeOfARecordedMachine() {
        Detection detection = Detection.of(new Recording(Recording.shipped().resolve("nvidia-h100-80gb")).host());
        assertThat(detection.reports()).extracting(Detection.Report::probe).doesNotHaveDuplicates()
                .contains("NvmlGpu", "NvidiaSmi", "AmdSmi", "DrmGpu", "PciGpu", "AccelNpu", "PciNpu", "UsbNpu",
                        "HailoCli",
                        "RockchipNpu", "HexagonNpu", "AppleGpu", "AppleNpu", "WindowsGpu", "WindowsNpu", "LinuxCpu",
                        "Platform", "Memory", "Limits");
        assertThat(ExplainText.of(detection)).contains(": GPU NVIDIA H100 80GB HBM3\n", "/sys/class/accel: not there\n",
                "AppleGpu (macOS' system_profiler, displays), does not apply here\n",
                "/sys/bus/pci/devices/0000:00:09.0/uevent: 5 lines\n");
        assertThat(report(detection, "NvmlGpu").looks())
                .contains(new Host.Look("NVML", "native calls were not recorded"));
    }

    private Machine machine(Gpu first, Gpu other) {
        return Detection.of(new FakeHost(root).host(),
                List.of(new FixedProbe(2, List.of(other)), new FixedProbe(1, List.of(first))), LONG).machine();
    }

    private static Gpu card(String slot, long bytes, String source) {
        Gpu unknown = Gpu.unknown(source + " does not tell");
        return unknown
                .with(unknown.identity().withVendor(Reading.known("NVIDIA", source))
                        .withName(Reading.known("A card", source))
                        .withPci(Reading.known("10de:2330", source), Reading.known(slot, source)))
                .with(new Gpu.Memory(Reading.known(bytes, source), unknown.memory().sharedBytes(),
                        unknown.memory().unified()));
    }

    private static Detection.Report report(Detection detection, String probe) {
        return detection.reports().stream().filter(it -> it.probe().equals(probe)).findFirst().orElseThrow();
    }

    /// Tells of fixed devices, and fails if it has none.
    private record FixedProbe(int rank, List<Device> devices) implements Probe {
        @Override
        public List<Device> find(Host host) {
            if (devices.isEmpty()) {
                throw new IllegalStateException("unforeseen");
            }
            return devices;
        }

        @Override
        public String title() {
            return "a test";
        }
    }
}
