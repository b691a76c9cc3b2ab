package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class MachineTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({"cloud-vm-azure-epyc,x86-64/avx2,false", "intel-skylake-sp-6132,x86-64/avx512,false",
        "aws-m7i-amx-vm,x86-64/amx,true", "arm-ampere-altra,aarch64/dotprod,true",
        "nvidia-gb10-dgx-spark,aarch64/i8mm,true", "apple-m1-pro,aarch64/dotprod,true",
        "riscv-orange-pi-rv2,riscv64/vector,false", "vm-hx370-no-devices,x86-64/unknown,false"})
    void namesWhatArithmeticIsOffered(String recording, String key, boolean int8DotProduct) {
        Machine machine = Machine.detect(recording(recording).host());
        assertThat(machine.capabilityKey()).isEqualTo(key);
        assertThat(machine.hasInt8DotProduct()).isEqualTo(int8DotProduct);
    }

    @Test
    void countsEitherVnniAsVnni() {
        assertThat(InstructionSets.capability(Set.of("avx2", "avx_vnni"))).isEqualTo("vnni");
        assertThat(InstructionSets.capability(Set.of("avx2", "avx512f", "avx512_vnni"))).isEqualTo("vnni");
        assertThat(InstructionSets.capability(Set.of())).isEqualTo("base");
    }

    @Test
    void showsAContainersLimitsInWords() {
        assertThat(MachineText.of(Machine.detect(recording("container-cgroup1-kubernetes").host()))).isEqualTo(
                """
                        CPU               AMD EPYC 7763 64-Core Processor (Zen 3), 1 package, 2 cores, 4 threads, SMT on
                        Clock             base unknown (neither cpufreq nor the model name tells it), highest unknown (no /sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq), now 3.24 GHz, governor unknown (no cpufreq for this processor)
                        Caches            L1d unknown (not in /sys/devices/system/cpu/cpu*/cache), L1i unknown (not in /sys/devices/system/cpu/cpu*/cache), L2 unknown (not in /sys/devices/system/cpu/cpu*/cache), L3 unknown (not in /sys/devices/system/cpu/cpu*/cache)
                        Instruction sets  AVX2; not AVX-512, VNNI, AMX, BF16, FP16
                        8-bit arithmetic  no dot product
                        CPU limit         1.5 CPUs (cgroup v1); 2 CPUs usable
                        Memory            15.6 GiB, 14.3 GiB available
                        Memory limit      2 GiB
                        GPU               none found
                        System            linux, kernel unknown (no /proc/sys/kernel/osrelease), x86_64
                        Virtual machine   yes, of unknown kind (neither the firmware nor the kernel names one)
                        Container         Kubernetes
                        """);
    }

    @Test
    void showsCachesAndBothKindsOfCores() {
        String text = MachineText.of(Machine.detect(recording("apple-m1-pro").host()));
        assertThat(text).contains(
                "CPU               Apple M1 Pro, 1 package, 8 cores, 8 threads, 6 performance and 2 efficiency cores, SMT off\n",
                "L1d 128 KiB x 6, L1i 192 KiB x 6, L2 12 MiB x 2, L3 unknown (sysctl shows no L3 cache)\n",
                "Instruction sets  NEON, dot product, FP16; not I8MM, BF16, SVE, SVE2, SME\n",
                "CPU limit         unknown (macos has no control groups); 8 CPUs usable\n",
                "Virtual machine   no\n");
    }

    @Test
    void givesEveryFactItsSourceOrItsReasonInJson() {
        JsonNode json = MachineJson.of(Machine.detect(recording("cgroup2-nested-slices").host()));
        assertThat(json.at("/cpu/physicalCores").toString())
                .isEqualTo("{\"value\":2,\"source\":\"/proc/cpuinfo, cpu cores\"}");
        assertThat(json.at("/cpu/isa/value/1").asString()).isEqualTo("avx2");
        assertThat(json.at("/limits/cpus").toString())
                .isEqualTo("{\"value\":2.0,\"source\":\"/sys/fs/cgroup/lathe.slice\"}");
        assertThat(json.at("/platform/hypervisor/value").asString()).isEqualTo("Hyper-V");
        assertThat(json.at("/usableMemoryBytes/value").asLong()).isEqualTo(4L << 30);
        assertThat(json.at("/usableCpus").asInt()).isEqualTo(2);
        assertThat(json.at("/cpu/caches/l3/unknown").asString()).isEqualTo("not in /sys/devices/system/cpu/cpu*/cache");
        JsonNode free = MachineJson.of(Machine.detect(recording("cloud-vm-azure-epyc").host()));
        assertThat(free.at("/limits/cpus/value").isNull()).isTrue();
        assertThat(free.at("/limits/cpus/source").asString()).startsWith("/sys/fs/cgroup");
    }

    @ParameterizedTest
    @CsvSource({"tsc kvm-clock ,KVM", "hyperv_clocksource_tsc_page acpi_pm,Hyper-V", "xen tsc,Xen",
        "tsc hpet acpi_pm,none"})
    void guestWithoutFirmwareIsKnownByItsClock(String clocks, String hypervisor) {
        String path = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
        Reading<String> told = Machine.detect(new FakeHost(root).with(path, clocks + "\n").host()).platform()
                .hypervisor();
        assertThat(told).isEqualTo(hypervisor.equals("none")
                ? Reading.unknown("neither the firmware nor the kernel names one")
                : Reading.known(hypervisor, path));
    }

    @Test
    void fingerprintFollowsLimitsAndInstructionSetsAndNothingElse() {
        String plain = Machine.detect(recording("cloud-vm-azure-epyc").host()).fingerprint();
        assertThat(plain).matches("[0-9a-f]{12}");
        assertThat(Machine.detect(recording("cloud-vm-azure-epyc").host()).fingerprint()).isEqualTo(plain);
        // the same processor, with a quota, with a smaller quota, with a cpuset
        assertThat(Set.of(plain, fingerprint("container-cgroup2-1.5cpu"), fingerprint("container-cgroup2-0.42cpu"),
                fingerprint("container-cgroup2-cpuset"))).hasSize(4);
    }

    @Test
    void believesWindowsAboutTheProcessorAndNotAnEmulatedJvm() {
        assertThat(OshiNatives.architecture("amd64",
                "ARMv8 (64-bit) Family 8 Model 1 Revision 201, Qualcomm Technologies Inc"))
                .isEqualTo("aarch64");
        assertThat(OshiNatives.architecture("amd64", "Intel64 Family 6 Model 158 Stepping 10, GenuineIntel"))
                .isEqualTo("x86_64");
        assertThat(OshiNatives.architecture("riscv64", "")).isEqualTo("riscv64");
    }

    @Test
    void knowsNothingOfAnEmptyMachine() {
        Machine machine = Machine.detect(new FakeHost(root).host());
        assertThat(machine.cpu().model()).isEqualTo(Reading.unknown("no source told of a processor"));
        assertThat(machine.platform().container()).isEqualTo(Reading.unknown("neither /proc nor /sys can be read"));
        assertThat(machine.gpus()).isEmpty();
        assertThat(machine.usableCpus()).isEqualTo(1);
        assertThat(machine.hasInt8DotProduct()).isFalse();
    }

    private String fingerprint(String recording) {
        return Machine.detect(recording(recording).host()).fingerprint();
    }

    private static Recording recording(String name) {
        return new Recording(Recording.shipped().resolve(name));
    }
}
