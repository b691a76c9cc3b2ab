package dev.lathe.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the parsers make of tools' and the kernel's text.
class CpuTextTest {
    private static final String TWO_KINDS = """
            processor : 0
            Features : fp asimd asimddp i8mm
            CPU implementer : 0x41
            CPU part : 0xd46

            processor : 1
            Features : fp asimd asimddp
            CPU implementer : 0x41
            CPU part : 0xd4d
            """;

    @Test
    void keepsOnlyInstructionsThatEveryCoreHas() {
        assertThat(CpuInfo.parse(TWO_KINDS).isa().toOptional().orElseThrow()).containsExactly("asimd", "asimddp");
    }

    @Test
    void namesTheFasterCoresFirst() {
        CpuInfo info = CpuInfo.parse(TWO_KINDS);
        assertThat(info.model().toOptional()).contains("Cortex-A715 + Cortex-A510");
        assertThat(info.vendor().toOptional()).contains("ARM");
    }

    @Test
    void doesNotGuessACoreItDoesNotKnow() {
        CpuInfo info = CpuInfo.parse(TWO_KINDS.replace("0xd46", "0xfff"));
        assertThat(info.model())
                .isEqualTo(Reading.unknown("part 0xfff of implementer 0x41 is not in Lathe's table of Arm cores"));
    }

    @Test
    void readsNonsenseAsNothing() {
        CpuInfo info = CpuInfo.parse("<html>\n:\n::::\nprocessor : x\nflags :\n");
        assertThat(info.isa()).isEqualTo(Reading.unknown("/proc/cpuinfo lists no flags"));
        assertThat(info.model()).isInstanceOf(Reading.Unknown.class);
        assertThat(CpuInfo.parse("").blocks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"AuthenticAMD,25,1,1,Zen 3", "AuthenticAMD,25,17,1,Zen 4", "AuthenticAMD,26,2,1,Zen 5",
        "GenuineIntel,6,85,4,Skylake", "GenuineIntel,6,85,7,Cascade Lake", "GenuineIntel,6,143,6,Sapphire Rapids",
        "GenuineIntel,6,198,2,Arrow Lake", "GenuineIntel,6,189,1,Lunar Lake"})
    void knowsMicroarchitecturesByCpuid(String vendor, int family, int model, int stepping, String name) {
        assertThat(CoreDesigns.x86(vendor, family, model, stepping)).contains(name);
    }

    @Test
    void doesNotGuessAMicroarchitecture() {
        assertThat(CoreDesigns.x86("AuthenticAMD", 99, 1, 1)).isEmpty();
        assertThat(CoreDesigns.x86("GenuineIntel", 6, 85, 9)).isEmpty();
    }

    @Test
    void readsLscpuWithDecimalCommas() {
        Cpu cpu = LscpuCpu.parse("""
                CPU(s):                  16
                Vendor ID:               AuthenticAMD
                  Model name:            AMD Ryzen 7 PRO 7840U w/ Radeon 780M Graphics
                    Thread(s) per core:  2
                    Core(s) per socket:  8
                    Socket(s):           1
                    CPU max MHz:         6076,0000
                L2 cache:                8 MiB (8 instances)
                """);
        assertThat(cpu.cores().physical()).isEqualTo(Reading.known(8, "lscpu"));
        assertThat(cpu.clock().maxHz()).isEqualTo(Reading.known(6_076_000_000L, "lscpu"));
        assertThat(cpu.caches().l2()).isEqualTo(Reading.known(new Cpu.Cache(1 << 20, 8), "lscpu"));
        assertThat(cpu.isa()).isEqualTo(Reading.unknown("lscpu shows no Flags"));
    }

    @Test
    void takesNothingFromLscpuInAnotherLanguage() {
        Cpu cpu = LscpuCpu.parse("""
                Processeur(s) :                             24
                Identifiant constructeur :                  AuthenticAMD
                """);
        assertThat(cpu.cores().logical()).isEqualTo(Reading.unknown("lscpu shows no CPU(s)"));
    }

    @Test
    void addsUpTheSocketsOfWindows() {
        Cpu cpu = (Cpu) WindowsCpu
                .parse("""
                        [{"Name": "Xeon  ", "Manufacturer": "GenuineIntel", "NumberOfCores": 8, "NumberOfLogicalProcessors": 16},
                         {"Name": "Xeon  ", "Manufacturer": "GenuineIntel", "NumberOfCores": 8, "NumberOfLogicalProcessors": 16}]
                        """)
                .getFirst();
        assertThat(cpu.cores().packages().toOptional()).contains(2);
        assertThat(cpu.cores().logical().toOptional()).contains(32);
        assertThat(cpu.model().toOptional()).contains("Xeon");
        assertThat(WindowsCpu.parse("Get-CimInstance : access denied")).isEmpty();
        assertThat(WindowsCpu.parse("")).isEmpty();
    }

    @Test
    void readsSizesInPowersOf1024() {
        assertThat(Numbers.bytes("48K")).contains(49152L);
        assertThat(Numbers.bytes("1.5 MiB")).contains(1572864L);
        assertThat(Numbers.bytes("unknown")).isEmpty();
        assertThat(Numbers.megahertz("0.0")).isEmpty();
    }
}
