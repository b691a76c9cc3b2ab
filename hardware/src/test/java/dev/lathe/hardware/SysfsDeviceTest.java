package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.hardware.nvml.NvmlSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Devices of no recording, as the kernel's documentation says their files look.
class SysfsDeviceTest {
    private static final String PCI = "/sys/bus/pci/devices/";

    @TempDir
    private Path folder;
    private FakeHost host = new FakeHost(Path.of(""));

    @BeforeEach
    void makeAnEmptyMachine() {
        host = FakeHost.inArchive(folder);
    }

    @Test
    void readsAmdgpusSensorsAndRocmsKernelDriver() {
        String card = "/sys/class/drm/card1/device";
        host.with(card + "/uevent", uevent("amdgpu", "38000", "1002:74A1", "0000:0c:00.0"))
                .with(card + "/mem_info_vram_total", "206141652992").with(card + "/mem_info_vram_used", "1024")
                .with(card + "/gpu_busy_percent", "7").with(card + "/pp_dpm_sclk", "0: 132Mhz *\n1: 2100Mhz\n")
                .with(card + "/hwmon/hwmon3/temp1_input", "41000")
                .with(card + "/hwmon/hwmon3/power1_average", "138000000")
                .with(card + "/hwmon/hwmon3/power1_cap", "750000000")
                .with(card + "/hwmon/hwmon3/freq1_input", "132000000")
                .with("/sys/class/kfd/kfd/topology/nodes/0/properties", "cpu_cores_count 96\nlocation_id 0\n")
                .with("/sys/class/kfd/kfd/topology/nodes/1/properties",
                        """
                                cpu_cores_count 0
                                simd_count 1216
                                simd_per_cu 4
                                gfx_target_version 90402
                                location_id 3072
                                domain 0
                                """)
                .with("/sys/module/amdgpu/version", "6.10.5");
        Gpu gpu = onlyGpu();
        assertThat(gpu.compute().toOptional()).contains("gfx942");
        assertThat(gpu.units().toOptional()).contains(304);
        assertThat(gpu.integrated().toOptional()).contains(false);
        assertThat(gpu.driver().version().toOptional()).contains("6.10.5");
        assertThat(gpu.load()).isEqualTo(new Gpu.Load(known(132_000_000L, card + "/hwmon/hwmon3/freq1_input"),
                known(2_100_000_000L, card + "/pp_dpm_sclk"),
                Reading.unknown("no " + card + "/hwmon/hwmon3/freq2_input"),
                known(138_000L, card + "/hwmon/hwmon3/power1_average"),
                known(750_000L, card + "/hwmon/hwmon3/power1_cap"),
                known(41.0, card + "/hwmon/hwmon3/temp1_input"), known(7, card + "/gpu_busy_percent"),
                known(1024L, card + "/mem_info_vram_used")));
        assertThat(MachineText.of(machine()))
                .contains("GPU now           7 % busy, 0.13 GHz of up to 2.10 GHz, 1 KiB used,"
                        + " 138 W (limit 750 W), 41 °C\n");
    }

    @Test
    void addsUpTheMemoryOfXesTiles() {
        String device = "/sys/class/drm/card0/device";
        host.with(device + "/uevent", uevent("xe", "38000", "8086:0BD5", "0000:04:00.0"))
                .with(device + "/tile0/physical_vram_size_bytes", "68719476736")
                .with(device + "/tile1/physical_vram_size_bytes", "68719476736");
        assertThat(onlyGpu().memory().totalBytes()).isEqualTo(
                Reading.known(128L << 30, device + "/tile*/physical_vram_size_bytes"));
    }

    @Test
    void readsIntelsFrequenciesUnderBothDrivers() {
        host.with("/sys/class/drm/card0/device/uevent", uevent("i915", "30000", "8086:56C0", "0000:03:00.0"))
                .with("/sys/class/drm/card0/gt_act_freq_mhz", "600")
                .with("/sys/class/drm/card0/gt_RP0_freq_mhz", "2050")
                .with("/sys/class/drm/card0/lmem_total_bytes", "17179869184")
                .with("/sys/class/drm/card1/device/uevent", uevent("xe", "30000", "8086:E20B", "0000:04:00.0"))
                .with("/sys/class/drm/card1/device/tile0/gt0/freq0/act_freq", "2850")
                .with("/sys/class/drm/card1/device/hwmon/hwmon2/temp2_input", "45000");
        List<Gpu> gpus = machine().gpus();
        assertThat(gpus).hasSize(2);
        assertThat(gpus.getFirst().memory().totalBytes().toOptional()).contains(16L << 30);
        assertThat(gpus.getFirst().load().maxClockHz().toOptional()).contains(2_050_000_000L);
        assertThat(gpus.getLast().load().clockHz().toOptional()).contains(2_850_000_000L);
        assertThat(gpus.getLast().load().temperatureCelsius().toOptional()).contains(45.0);
        assertThat(gpus.getLast().memory().totalBytes())
                .isEqualTo(Reading.unknown("this kernel's i915 or xe does not tell sysfs the size of a card's memory"));
    }

    @Test
    void takesACardOfAnUnknownVendorByItsClass() {
        host.with(PCI + "0000:05:00.0/uevent", uevent("newgpu", "30200", "9999:0001", "0000:05:00.0"))
                .with(PCI + "0000:06:00.0/uevent", uevent("ast", "30000", "1A03:2000", "0000:06:00.0"))
                .with(PCI + "0000:07:00.0/uevent", uevent("amdgpu", "120000", "1002:74A1", "0000:07:00.0"));
        List<Gpu> gpus = machine().gpus();
        assertThat(gpus).extracting(gpu -> gpu.identity().pciId().toOptional().orElse("")).containsExactly("9999:0001",
                "1002:74a1");
        assertThat(gpus.getFirst().identity().vendor())
                .isEqualTo(Reading.unknown("vendor 9999 is not in Lathe's table"));
        assertThat(Ladder.of(gpus.getFirst()).at(Rung.DRIVER_WORKS))
                .isEqualTo(new Standing.Reached("driver newgpu works", PCI + "0000:05:00.0/uevent"));
    }

    @Test
    void namesACardByTheSystemsListOfPciIds() {
        host.with(PCI + "0000:05:00.0/uevent", uevent("nouveau", "30000", "10DE:13C2", "0000:05:00.0"))
                .with("/usr/share/misc/pci.ids", "10de  NVIDIA Corporation\n\t13c2  GM204 [GeForce GTX 970]\n");
        assertThat(onlyGpu().identity().name())
                .isEqualTo(Reading.known("GM204 [GeForce GTX 970]", "/usr/share/misc/pci.ids"));
    }

    @Test
    void saysOfACardThatIsSetAsideWhoHasIt() {
        host.with(PCI + "0000:05:00.0/uevent", uevent("vfio-pci", "30000", "10DE:13C2", "0000:05:00.0"));
        assertThat(Ladder.of(onlyGpu()).sentence()).isEqualTo("present; driver vfio-pci fails: it is set aside for a"
                + " virtual machine by vfio-pci. Bind it to its own driver again if this machine is to use it.");
    }

    @Test
    void believesNvidiasLibraryBeforeItsTool() {
        host.with("/dev/nvidiactl", "").with(PCI + "0000:01:00.0/uevent",
                uevent("nvidia", "30200", "10DE:2330", "0000:01:00.0"))
                .answering("nvidia-smi --query-gpu", 0,
                        "0, NVIDIA H100, 00000000:01:00.0, 0x233010DE, 40000, 5, 590.48.01,"
                                + " 9.0, Disabled, 71, 700, 42, 3, 1980, 2619, 1980");
        Reading<Long> none = Reading.unknown("none");
        NvmlSnapshot.Card card = new NvmlSnapshot.Card(Optional.empty(), known("NVIDIA H100 80GB HBM3", "NVML"),
                known("10de:2330", "NVML"), known("00000000:01:00.0", "NVML"), known(85_520_809_984L, "NVML"),
                known("9.0", "NVML"), known(new NvmlSnapshot.Mig(false, List.of()), "NVML"),
                new NvmlSnapshot.Sample(none, none, none, none, none, Reading.unknown("none"), Reading.unknown("none"),
                        none));
        Machine machine = Machine.detect(host.host(new NvidiaNatives(new NvmlSnapshot(Optional.empty(), 0,
                known("590.48.01", "NVML"), known("13.590.48", "NVML"), known("13.1", "NVML"), List.of(card)))));
        assertThat(machine.gpus()).singleElement().satisfies(gpu -> {
            assertThat(gpu.identity().name().toOptional()).contains("NVIDIA H100 80GB HBM3");
            assertThat(gpu.memory().totalBytes().toOptional()).contains(85_520_809_984L);
            assertThat(gpu.driver().offers().toOptional()).contains("CUDA 13.1");
            // what the library does not tell, the tool does
            assertThat(gpu.load().temperatureCelsius().toOptional()).contains(42.0);
        });
        assertThat(machine.disagreements()).extracting(Disagreement::sentence)
                .containsExactly("NVIDIA H100 80GB HBM3 at 0000:01:00.0, memory.totalBytes: 85520809984 (NVML), but"
                        + " 41943040000 (nvidia-smi memory.total)");
    }

    @Test
    void namesBothVersionsWhereLibraryAndDriverDiffer() {
        host.with("/dev/nvidiactl", "").with("/proc/driver/nvidia/version",
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.173.02  Release Build\n")
                .with(PCI + "0000:01:00.0/uevent", uevent("nvidia", "30200", "10DE:2330", "0000:01:00.0"));
        Machine machine = Machine.detect(host.host(new NvidiaNatives(new NvmlSnapshot(
                Optional.of("Driver/library version mismatch"), 18, Reading.unknown("none"), known("580.178", "NVML"),
                Reading.unknown("none"), List.of()))));
        assertThat(machine.problems()).extracting(Problem::sentence)
                .containsExactly("NVIDIA driver: the kernel module is 580.173.02 and the library is 580.178."
                        + " Restart the machine, so that both are of one version.");
        assertThat(Ladder.of(machine.gpus().getFirst()).sentence()).isEqualTo("present; driver nvidia 580.173.02 fails:"
                + " NVML: Driver/library version mismatch."
                + " Restart the machine, so that kernel module and library are of one version.");
    }

    @Test
    void saysWhatADeniedToolSaid() {
        host.with(PCI + "0000:01:00.0/uevent", uevent("nvidia", "30200", "10DE:2330", "0000:01:00.0")).answering(
                "nvidia-smi", 4, "Failed to initialize NVML: Insufficient Permissions\n");
        assertThat(Ladder.of(onlyGpu()).sentence()).isEqualTo("present; driver nvidia fails: Failed to initialize NVML:"
                + " Insufficient Permissions. Run as a user who may open /dev/nvidia0, or give the container the device.");
    }

    @Test
    void findsAnEdgeTpuOnUsbAndOnPci() {
        host.with("/sys/bus/usb/devices/1-2/idVendor", "18d1").with("/sys/bus/usb/devices/1-2/idProduct", "9302")
                .with("/sys/bus/usb/devices/1-3/idVendor", "046d").with("/sys/bus/usb/devices/1-3/idProduct", "c52b")
                .with("/dev/apex_0", "")
                .with(PCI + "0000:02:00.0/uevent", uevent("apex", "FF0000", "1AC1:089A", "0000:02:00.0"));
        List<Npu> npus = machine().npus();
        assertThat(npus).extracting(npu -> npu.identity().label()).containsExactlyInAnyOrder("Coral Edge TPU (USB)",
                "Coral Edge TPU");
        assertThat(npus).extracting(npu -> npu.identity().node().toOptional().orElse(""))
                .containsExactlyInAnyOrder("/sys/bus/usb/devices/1-2", "/dev/apex_0");
    }

    @Test
    void findsQualcommsHexagonUnderLinux() {
        host.with("/sys/class/remoteproc/remoteproc0/name", "adsp")
                .with("/sys/class/remoteproc/remoteproc1/name", "cdsp")
                .with("/sys/class/remoteproc/remoteproc1/state", "offline")
                .with("/sys/class/remoteproc/remoteproc1/firmware", "qcom/x1e80100/qccdsp8380.mbn");
        Npu npu = onlyNpu();
        assertThat(npu.driver().firmware().toOptional()).contains("qcom/x1e80100/qccdsp8380.mbn");
        assertThat(Ladder.of(npu).sentence()).isEqualTo(
                "present; driver fastrpc fails: it is offline. Look for its name in the kernel's log (dmesg).");
    }

    @Test
    void saysThatAContainerWasNotGivenTheDevice() {
        host.with("/sys/class/accel/accel0/device/uevent", uevent("intel_vpu", "120000", "8086:643E", "0000:00:0b.0"));
        assertThat(Ladder.of(onlyNpu()).sentence())
                .isEqualTo(
                        "present; driver intel_vpu fails: /dev/accel/accel0 is not visible here. Start the container with"
                                + " the device: --device=/dev/accel, or check that the driver made its device file.");
    }

    @Test
    void takesAnAcceleratorOfAnUnknownModelForOneOfItsMaker() {
        host.with(PCI + "0000:00:0b.0/uevent", uevent("", "120000", "8086:FFFF", "0000:00:0b.0"))
                .with(PCI + "0000:00:0c.0/uevent", uevent("", "120000", "8086:09C4", "0000:00:0c.0"))
                .with(PCI + "0000:00:0d.0/uevent", uevent("", "120000", "10EE:5000", "0000:00:0d.0"));
        Npu npu = onlyNpu();
        assertThat(npu.identity().pciId().toOptional()).contains("8086:ffff");
        assertThat(npu.identity().name())
                .isEqualTo(Reading.unknown("neither the driver nor a list of PCI ids names 8086:ffff"));
    }

    @Test
    void findsNothingInFilesThatHoldNonsense() {
        host.with(PCI + "x/uevent", "\u0000\u0001=\n=\n===\nPCI_CLASS=zz\nPCI_ID=1:2\n").with(PCI + "x/class", "gpu!")
                .with("/sys/class/drm/card0/device/uevent", "<html>").with("/sys/class/accel/accel0/device/uevent", "")
                .with("/dev/accel/accel0", "").answering("nvidia-smi", 0, "Segmentation fault")
                .answering("amd-smi", 0, "{]")
                .answering("lscpu", 0, "{\"lscpu\": []}");
        Machine machine = machine();
        assertThat(machine.gpus()).isEmpty();
        // a driver has made it an accelerator, though not which one
        assertThat(onlyNpu().identity().label()).isEqualTo("unnamed");
        assertThat(machine.problems()).isEmpty();
    }

    private Machine machine() {
        return Machine.detect(host.host());
    }

    private Gpu onlyGpu() {
        Machine machine = machine();
        assertThat(machine.gpus()).hasSize(1);
        return machine.gpus().getFirst();
    }

    private Npu onlyNpu() {
        Machine machine = machine();
        assertThat(machine.npus()).hasSize(1);
        return machine.npus().getFirst();
    }

    private static <T> Reading<T> known(T value, String source) {
        return Reading.known(value, source);
    }

    private static String uevent(String driver, String pciClass, String id, String slot) {
        return (driver.isEmpty() ? "" : "DRIVER=" + driver + "\n") + "PCI_CLASS=" + pciClass + "\nPCI_ID=" + id
                + "\nPCI_SLOT_NAME=" + slot + "\n";
    }

    /// A Linux machine whose only native answer is NVIDIA's library.
    private record NvidiaNatives(NvmlSnapshot snapshot) implements Host.Natives {
        @Override
        public String operatingSystem() {
            return "linux";
        }

        @Override
        public String architecture() {
            return "x86_64";
        }

        @Override
        public Reading<Cpu> cpu() {
            return Reading.unknown("none");
        }

        @Override
        public Reading<List<Gpu>> gpus() {
            return Reading.unknown("none");
        }

        @Override
        public Reading<Long> memoryBytes() {
            return Reading.unknown("none");
        }

        @Override
        public Reading<NvmlSnapshot> nvml() {
            return known(snapshot, "libnvidia-ml.so.1");
        }
    }
}
