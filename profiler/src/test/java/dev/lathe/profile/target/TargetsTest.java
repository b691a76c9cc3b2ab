package dev.lathe.profile.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Detection;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import dev.lathe.hardware.Machine;
import dev.lathe.hardware.Npu;
import dev.lathe.profile.RuntimeOffer;
import dev.lathe.profile.Target;
import dev.lathe.profile.operators.Placement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Made-up machines and answers: what is put together of them.
class TargetsTest {
    private static final Machine HERE = Machine.detect(Host.local());
    private static final String WHY = "not in this test";
    private static final RuntimeOffer.Device PROCESSOR = device("CPUExecutionProvider", "cpu", "AMD", 0x1022, 0);

    private static RuntimeOffer.Device device(String provider, String kind, String vendor, int vendorId, int id) {
        return new RuntimeOffer.Device(provider, kind, vendor, vendorId, id, new TreeMap<>());
    }

    private static Driver works(String name) {
        return Driver.unknown(WHY).withName(Reading.known(name, "sysfs"))
                .withState(Reading.known(new Driver.State.Works(), "sysfs"));
    }

    private static Identity identity(String vendor, String name, String pciId, String slot) {
        return Identity.unknown(WHY).withVendor(Reading.known(vendor, "PCI")).withName(Reading.known(name, "PCI"))
                .withPci(Reading.known(pciId, "PCI"), Reading.known(slot, "PCI"));
    }

    private static Gpu gpu(String slot) {
        return Gpu.unknown(WHY).with(identity("NVIDIA", "H100", "10de:2330", slot)).with(works("nvidia"));
    }

    private static Npu npu() {
        return Npu.unknown(WHY).with(identity("Intel", "Meteor Lake NPU", "8086:7d1d", "0000:00:0b.0"))
                .with(works("intel_vpu"));
    }

    private static Detection machine(Device... devices) {
        List<Device> all = new ArrayList<>(List.of(devices));
        all.addFirst(Cpu.unknown(WHY));
        Detection.Report report = new Detection.Report("Test", "a made-up machine", 0, List.of(), all,
                Optional.empty());
        Detection bare = new Detection(new Machine(HERE.platform(), HERE.cpu(), HERE.memory(), List.of(), List.of(),
                HERE.limits(), List.of(), List.of()), List.of(), 0);
        return bare.with(report);
    }

    private static Trial ran(Target target, RuntimeOffer.Device device, String provider, int placed, int others) {
        SequencedMap<String, Integer> nodes = new LinkedHashMap<>();
        nodes.put(provider, placed);
        if (others > 0) {
            nodes.put(Placement.CPU, others);
        }
        return new Trial(target, Optional.of(device), Optional.of(new Placement(provider, nodes, List.of())),
                Optional.empty());
    }

    private static Trial cpu() {
        return ran(Target.CPU, PROCESSOR, Placement.CPU, 3, 0);
    }

    private static Targets assembled(Detection detection, Trial... trials) {
        return Targets.assemble(detection,
                Optional.of(new TargetProbe.Answer("1.29.0", new RuntimeOffer(List.of(), List.of()))), List.of(trials),
                Reading.known("2.7.1", "pytorch"), List.of());
    }

    private static Targets.Entry entry(Targets targets, String name) {
        return targets.entries().stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void anNpuWithoutARuntimeSaysWhichOneToInstall() {
        Targets targets = assembled(machine(npu()), cpu());
        Device npu = targets.detection().machine().npus().getFirst();
        assertThat(targets.ladder(npu).sentence()).isEqualTo(
                "present, driver intel_vpu works; no runtime. Install the OpenVINO execution provider and point --ep-library"
                        + " openvino=FILE at it, or give an ONNX Runtime built with it with --ort-home DIR.");
        assertThat(entry(targets, "openvino").works()).isFalse();
        assertThat(entry(targets, "openvino").here()).isTrue();
        assertThat(entry(targets, "openvino").device()).isEqualTo("Meteor Lake NPU");
        assertThat(targets.against(Target.named("openvino:npu"))).hasValueSatisfying(p -> {
            assertThat(p.code()).isEqualTo("not-available");
            assertThat(p.sentence())
                    .startsWith("openvino:npu: this ONNX Runtime comes without it. Install the OpenVINO");
        });
    }

    @Test
    void aDeviceWithoutADriverIsToldToGetThatFirst() {
        Npu broken = npu().with(Driver.unknown(WHY).withState(Reading.known(new Driver.State.Missing(), "sysfs")));
        assertThat(assembled(machine(broken), cpu()).against(Target.named("openvino"))).hasValueSatisfying(p -> {
            assertThat(p.what()).isEqualTo("no driver");
            assertThat(p.remedy()).contains("CONFIG_DRM_ACCEL_IVPU");
        });
    }

    @Test
    void aCardThatRanTheProbeModelStandsOnAllRungs() {
        RuntimeOffer.Device card = device("CUDAExecutionProvider", "gpu", "NVIDIA", 0x10de, 0x2330);
        Targets targets = assembled(machine(gpu("0000:01:00.0")), cpu(),
                ran(Target.named("cuda"), card, "CUDAExecutionProvider", 2, 1));
        assertThat(targets.ladder(targets.detection().machine().gpus().getFirst()).sentence())
                .isEqualTo(
                        "present, driver nvidia works, ONNX Runtime 1.29.0 loads, ran a probe model with 2 of 3 nodes"
                                + " placed on it");
        assertThat(targets.against(Target.named("cuda:0"))).isEmpty();
        assertThat(targets.entries().getFirst().name()).isEqualTo("cpu");
    }

    @Test
    void aProviderThatTakesNoNodeIsNoTarget() {
        RuntimeOffer.Device card = device("CUDAExecutionProvider", "gpu", "NVIDIA", 0x10de, 0x2330);
        Targets targets = assembled(machine(gpu("0000:01:00.0")), cpu(),
                ran(Target.named("cuda"), card, "CUDAExecutionProvider", 0, 3));
        assertThat(targets.against(Target.named("cuda"))).hasValueSatisfying(
                p -> assertThat(p.what()).isEqualTo("ran a probe model with 0 of 3 nodes placed on it"));
    }

    @Test
    void aProviderThatCannotStartSaysWhy() {
        Problem why = Problem.error("not-available", "cuda", "libcublas.so is missing", "Install CUDA.");
        Targets targets = assembled(machine(gpu("0000:01:00.0")), cpu(),
                new Trial(Target.named("cuda"), Optional.empty(), Optional.empty(), Optional.of(why)));
        assertThat(targets.ladder(targets.detection().machine().gpus().getFirst()).sentence())
                .isEqualTo("present, driver nvidia works; libcublas.so is missing. Install CUDA.");
    }

    @Test
    void aMachineWithoutDevicesSaysSoOfEveryProvider() {
        Targets targets = assembled(machine(), cpu());
        assertThat(entry(targets, "cuda").here()).isFalse();
        assertThat(targets.against(Target.named("cuda"))).hasValueSatisfying(
                p -> assertThat(p.sentence())
                        .startsWith("cuda: no device for it is here. Build Lathe with `mvn -Pgpu`"));
        assertThat(targets.against(Target.named("cudaa"))).hasValueSatisfying(p -> {
            assertThat(p.code()).isEqualTo("target-unknown");
            assertThat(p.remedy()).startsWith("Did you mean cuda?");
        });
        assertThat(targets.entries()).extracting(Targets.Entry::name).filteredOn(n -> !n.equals("cpu"))
                .doesNotHaveDuplicates();
    }

    @Test
    void namesTargetsAsShortAsTheyCanBe() {
        RuntimeOffer offer = new RuntimeOffer(List.of("CPUExecutionProvider", "DnnlExecutionProvider",
                "AzureExecutionProvider"),
                List.of(PROCESSOR, device("OpenVINOExecutionProvider", "cpu", "Intel", 0x8086, 0),
                        device("OpenVINOExecutionProvider", "npu", "Intel", 0x8086, 0x7d1d),
                        device("CUDAExecutionProvider", "gpu", "NVIDIA", 0x10de, 0x2330),
                        device("CUDAExecutionProvider", "gpu", "NVIDIA", 0x10de, 0x2330),
                        device("QNNExecutionProvider", "npu", "Qualcomm", 0x17cb, 1)));
        assertThat(Trial.candidates(offer).keySet()).extracting(Target::name).containsExactly("cpu", "openvino:cpu",
                "openvino:npu", "cuda:0", "cuda:1", "qnn", "dnnl");
        assertThat(RuntimeReport.devices(offer)).filteredOn(d -> d instanceof Gpu).hasSize(2);
    }

    @Test
    void aDeviceThatTheRuntimeAloneSeesIsAddedToTheMachine() {
        RuntimeOffer offer = new RuntimeOffer(List.of("CPUExecutionProvider"),
                List.of(PROCESSOR, device("QNNExecutionProvider", "npu", "Qualcomm", 0x17cb, 0x1234)));
        Detection wider = machine(npu()).with(RuntimeReport.of(new TargetProbe.Answer("1.29.0", offer), 5));
        assertThat(wider.machine().npus()).extracting(n -> n.identity().vendor().toOptional().orElseThrow())
                .containsExactly("Intel", "Qualcomm");
        assertThat(wider.reports().getLast().looks()).anySatisfy(
                l -> assertThat(l.found()).isEqualTo("QNNExecutionProvider on npu of Qualcomm, 17cb:1234"));
    }

    @Test
    void whereTheRuntimeDiffersFromTheSystemBothAreTold() {
        // the same card by its place in a list of one, another chip by its number
        Gpu nameless = Gpu.unknown(WHY).with(Identity.unknown(WHY).withVendor(Reading.known("NVIDIA", "bus")));
        RuntimeOffer offer = new RuntimeOffer(List.of(),
                List.of(device("CUDAExecutionProvider", "gpu", "NVIDIA", 0x10de, 0x2330)));
        Detection wider = machine(nameless).with(RuntimeReport.of(new TargetProbe.Answer("1.29.0", offer), 5));
        assertThat(wider.machine().gpus()).hasSize(1);
        assertThat(wider.machine().gpus().getFirst().identity().pciId()).isEqualTo(Reading.known("10de:2330",
                "ONNX Runtime"));
    }

    @Test
    void everyProviderOfTheTableHasASourceAndAWayToGetIt() {
        assertThat(ProviderTable.rows()).isNotEmpty().allSatisfy(row -> {
            assertThat(row.source()).startsWith("https://");
            assertThat(row.means()).isNotBlank().doesNotEndWith(".");
            assertThat(row.kind()).isIn("cpu", "gpu", "npu");
        });
    }
}
