package dev.lathe.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Npu;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the parsers make of what vendors' tools print.
class VendorToolTest {
    private static final String CARD = "0, NVIDIA L4, 00000000:3B:00.0, 0x27B810DE, 23034, 512, 550.54, 8.9, [N/A], 71.15,"
            + " 72.00, 42, 37, 2040, 6251, 2041";

    @ParameterizedTest
    @ValueSource(strings = {"", "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
        "<html><body>502</body></html>", "{", "[]", "{}", "null", "[1,2,\"x\"]", "{\"gpu_data\":7}", "\u0000\u0001,,,,",
        "{\"card0\":[]}", "{\"SPDisplaysDataType\":{\"a\":1}}"})
    void makeNoDeviceOfNonsense(String text) {
        assertThat(NvidiaSmi.parse(text)).isEmpty();
        assertThat(NvidiaXml.parse(text)).isEmpty();
        assertThat(NvidiaSmi.profiles(text)).isEmpty();
        assertThat(NvidiaSmi.sliceBytes(text)).isEmpty();
        assertThat(AmdSmi.parse(text)).isEmpty();
        assertThat(WindowsNpu.parse(WindowsPnp.objects(text))).isEmpty();
        assertThat(HailoCli.parse(text, Reading.unknown("none"))).isEmpty();
    }

    @Test
    void readsALineOfNvidiaSmi() {
        Gpu card = gpu(NvidiaSmi.parse("a warning, with a comma\n" + CARD + "\n"));
        assertThat(card.identity().pciId().toOptional()).contains("10de:27b8");
        assertThat(card.identity().pciSlot().toOptional()).contains("0000:3b:00.0");
        assertThat(card.memory().totalBytes().toOptional()).contains(23_034L << 20);
        assertThat(card.partitions()).isEqualTo(Reading.unknown("nvidia-smi says [N/A] for mig.mode.current"));
        assertThat(card.load().powerMilliwatts().toOptional()).contains(71_150L);
        assertThat(card.load().clockHz().toOptional()).contains(2_040_000_000L);
        assertThat(card.load().utilisationPercent().toOptional()).contains(37);
    }

    @Test
    void saysWhyNvidiaSmiKnowsNoMemory() {
        Gpu card = NvidiaCard.of(Map.of("name", "NVIDIA GB10", "memory.total", "[N/A]"));
        assertThat(card.memory().totalBytes()).isEqualTo(Reading.unknown("nvidia-smi says [N/A] for memory.total"));
        assertThat(card.memory().unified().toOptional()).contains(true);
        assertThat(card.load().temperatureCelsius())
                .isEqualTo(Reading.unknown("nvidia-smi does not show temperature.gpu"));
    }

    @Test
    void readsACutCardInXml() {
        Gpu card = gpu(NvidiaXml.parse("""
                <?xml version="1.0" ?>
                <!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
                <nvidia_smi_log><driver_version>535.54.03</driver_version><cuda_version>12.2</cuda_version>
                <gpu id="00000000:01:00.0"><product_name>NVIDIA A100</product_name>
                <mig_mode><current_mig>Enabled</current_mig></mig_mode>
                <mig_devices><mig_device><gpu_instance_id>3</gpu_instance_id>
                <fb_memory_usage><total>19968 MiB</total></fb_memory_usage></mig_device></mig_devices>
                <ibmnpu></ibmnpu></gpu></nvidia_smi_log>
                """));
        assertThat(card.driver().offers().toOptional()).contains("CUDA 12.2");
        assertThat(card.partitions().toOptional()).contains(new Gpu.Partitions(true,
                List.of(new Gpu.Slice("instance 3", Reading.known(19_968L << 20, "nvidia-smi")))));
    }

    @Test
    void followsNoEntityOutOfTheXml() {
        assertThat(NvidiaXml.parse("""
                <!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
                <a><gpu><product_name>&x;</product_name></gpu></a>
                """)).allSatisfy(device -> assertThat(device.toString()).doesNotContain("root:"));
    }

    @Test
    void readsAmdSmiInBothItsShapes() {
        String card = """
                {"gpu":0,"asic":{"market_name":"AMD Instinct MI300X","vendor_id":"0x1002","device_id":"0x74A1",
                "num_compute_units":304,"target_graphics_version":"gfx942"},"bus":{"bdf":"0000:0C:00.0"},
                "driver":{"name":"amdgpu","version":"N/A"},"vram":{"size":{"value":196592,"unit":"MB"}}}""";
        for (String text : List.of("[" + card + "]", "{\"gpu_data\":[" + card + "]}")) {
            Gpu gpu = gpu(AmdSmi.parse(text));
            assertThat(gpu.identity().pciId().toOptional()).contains("1002:74a1");
            assertThat(gpu.identity().pciSlot().toOptional()).contains("0000:0c:00.0");
            assertThat(gpu.memory().totalBytes().toOptional()).contains(196_592L << 20);
            assertThat(gpu.compute().toOptional()).contains("gfx942");
            assertThat(gpu.units().toOptional()).contains(304);
            assertThat(gpu.driver().version()).isEqualTo(Reading.unknown("amd-smi shows no version"));
        }
    }

    @Test
    void readsRocmSmiWhateverTheCaseOfItsKeys() {
        Gpu gpu = gpu(RocmSmi.parse("""
                {"card0":{"Device ID":"0x738c","Card series":"MI100","PCI Bus":"0000:83:00.0","GFX Version":"gfx908",
                "VRAM Total Memory (B)":"34342961152","Temperature (Sensor edge) (C)":"53.0"},
                "system":{"Driver version":"6.3.6"}}"""));
        assertThat(gpu.identity().label()).isEqualTo("MI100");
        assertThat(gpu.driver().version().toOptional()).contains("6.3.6");
        assertThat(gpu.load().temperatureCelsius().toOptional()).contains(53.0);
        assertThat(RocmSmi.parse("not JSON")).isEmpty();
        assertThat(RocmSmi.parse("{\"system\":{}}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"32.0.16.1062,610.62", "32.0.15.7652,576.52", "31.0.137.0,31.0.137.0", "x,x"})
    void countsWindowsDriversAsNvidiaDoes(String windows, String nvidia) {
        assertThat(WindowsGpu.nvidia(windows)).isEqualTo(nvidia);
    }

    @Test
    void leavesOutWhatWindowsOnlyPretends() {
        List<Device> found = WindowsGpu.parse(WindowsPnp.objects(
                """
                        [{"Name":"Microsoft Basic Display Adapter","PNPDeviceID":"ROOT\\\\BASICDISPLAY\\\\0000","Status":"Error"},
                        {"Name":"Microsoft Hyper-V Video","PNPDeviceID":"PCI\\\\VEN_1414&DEV_5353\\\\0","Status":"OK"},
                        {"Name":"AMD Radeon","PNPDeviceID":"PCI\\\\VEN_1002&DEV_150E\\\\0","Status":"Error","AdapterRAM":7}]"""));
        assertThat(found).singleElement().satisfies(device -> {
            Gpu gpu = (Gpu) device;
            assertThat(gpu.identity().vendor().toOptional()).contains("AMD");
            assertThat(gpu.driver().state().map(state -> state.words()).toOptional())
                    .contains("failed: Windows says: status Error");
            assertThat(gpu.memory().totalBytes())
                    .isEqualTo(Reading.unknown("AdapterRAM has 32 bits and is not believed"));
        });
    }

    @Test
    void readsTheDriverOfAUnitOnWindows() {
        Npu npu = (Npu) WindowsNpu.parse(WindowsPnp.objects("""
                {"FriendlyName":"Intel(R) AI Boost","Class":"ComputeAccelerator","DriverVersion":"32.0.100.3104",
                "InstanceId":"PCI\\\\VEN_8086&DEV_7D1D&SUBSYS_0\\\\3&1","Status":"OK"}""")).getFirst();
        assertThat(npu.driver().version().toOptional()).contains("32.0.100.3104");
        assertThat(npu.identity().pciId().toOptional()).contains("8086:7d1d");
        assertThat(npu.identity().vendor().toOptional()).contains("Intel");
    }

    @Test
    void tellsAHailo8lFromAHailo8() {
        Npu npu = (Npu) HailoCli.parse("""
                Executing on device: 0000:03:00.0
                Identifying board
                Firmware Version: 4.20.0 (release,app)
                Board Name: Hailo-8
                Device Architecture: HAILO8L
                """, Reading.known("4.20.0", "test")).getFirst();
        assertThat(npu.identity().name().toOptional()).contains("Hailo-8L");
        assertThat(npu.identity().pciSlot().toOptional()).contains("0000:03:00.0");
        assertThat(npu.driver().firmware().toOptional()).contains("4.20.0");
    }

    @Test
    void readsAMacWithACardOfItsOwn() {
        Gpu gpu = gpu(AppleGpu.parse("""
                {"SPDisplaysDataType":[{"sppci_device_type":"spdisplays_gpu","sppci_model":"AMD Radeon Pro 5500M",
                "spdisplays_vendor":"AMD (0x1002)","spdisplays_device-id":"0x7340","spdisplays_vram":"8 GB",
                "sppci_bus":"spdisplays_pcie_device","spdisplays_mtlgpufamilysupport":"spdisplays_metal3"}]}""",
                Reading.known(1L, "test")));
        assertThat(gpu.identity().vendor().toOptional()).contains("AMD");
        assertThat(gpu.identity().pciId().toOptional()).contains("1002:7340");
        assertThat(gpu.memory().totalBytes().toOptional()).contains(8L << 30);
        assertThat(gpu.memory().unified().toOptional()).contains(false);
        assertThat(gpu.integrated().toOptional()).contains(false);
        assertThat(AppleGpu.parse("not JSON", Reading.unknown("none"))).isEmpty();
    }

    @Test
    void findsANameInTheListOfPciIds() {
        String list = """
                # a comment
                10dd  Other
                \t2330  Wrong
                10de  NVIDIA Corporation
                \t2330  GH100 [H100 SXM5]
                \t\t10de 16c1  Board
                \t2335  GH100 [H200]
                10df  Next
                \t2336  Wrong
                """;
        assertThat(PciDevice.find(list, "10de:2330")).contains("GH100 [H100 SXM5]");
        assertThat(PciDevice.find(list, "10de:2335")).contains("GH100 [H200]");
        assertThat(PciDevice.find(list, "10de:2336")).isEmpty();
        assertThat(PciDevice.find("", "10de:2336")).isEmpty();
    }

    private static Gpu gpu(List<Device> devices) {
        assertThat(devices).hasSize(1);
        return (Gpu) devices.getFirst();
    }
}
