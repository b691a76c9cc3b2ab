package dev.lathe.hardware;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The instruction sets that matter for inference, and what follows from having them.
///
/// Names are those of `/proc/cpuinfo`. Source: Linux `arch/x86/include/asm/cpufeatures.h`, `arch/arm64/kernel/cpuinfo.c`.
public final class InstructionSets {
    private static final Set<String> RELEVANT = Set.of(
            // x86
            "sse4_2", "avx", "f16c", "fma", "avx2", "avx_vnni", "avx_vnni_int8", "avx_vnni_int16", "avx_ne_convert",
            "avx_ifma", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "avx512_vnni", "avx512vbmi",
            "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16", "amx_fp16", "avx10",
            // Arm
            "asimd", "asimdhp", "asimddp", "asimdfhm", "i8mm", "bf16", "sve", "sve2", "svei8mm", "svebf16", "sme",
            "sme2",
            // RISC-V
            "v", "zvfh");

    private static final List<Family> X86 = List.of(new Family("AVX2", Set.of("avx2")),
            new Family("AVX-512", Set.of("avx512f")), new Family("VNNI", Set.of("avx512_vnni", "avx_vnni")),
            new Family("AMX", Set.of("amx_int8", "amx_bf16")),
            new Family("BF16", Set.of("avx512_bf16", "amx_bf16", "avx_ne_convert")),
            new Family("FP16", Set.of("avx512_fp16", "amx_fp16")));
    private static final List<Family> ARM = List.of(new Family("NEON", Set.of("asimd")),
            new Family("dot product", Set.of("asimddp")), new Family("I8MM", Set.of("i8mm")),
            new Family("BF16", Set.of("bf16")), new Family("FP16", Set.of("asimdhp")), new Family("SVE", Set.of("sve")),
            new Family("SVE2", Set.of("sve2")), new Family("SME", Set.of("sme")));
    private static final List<Family> RISCV = List.of(new Family("vector", Set.of("v")));

    private InstructionSets() {}

    /// Those of these flags that matter for inference.
    public static SortedSet<String> relevant(Collection<String> flags) {
        SortedSet<String> kept = new TreeSet<>(flags);
        kept.retainAll(RELEVANT);
        return Collections.unmodifiableSortedSet(kept);
    }

    /// Whether 8-bit products are summed in 32 bits by one instruction, without saturating in 16 bits on the way.
    ///
    /// x86 without it multiplies with `vpmaddubsw`, which saturates: weights then need 7 bits. Source: ONNX Runtime,
    /// "Quantize ONNX models", on `reduce_range`.
    public static boolean sumInt8Exactly(Set<String> isa) {
        return !Collections.disjoint(isa,
                Set.of("avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm", "svei8mm"));
    }

    /// The best arithmetic these flags offer, for keys: `amx`, `vnni`, `avx512`, `avx2`, `avx`; `i8mm`, `dotprod`, `neon`;
    /// `vector`; `base`.
    static String capability(Set<String> isa) {
        List<Family> ladder = List.of(new Family("amx", Set.of("amx_int8")),
                new Family("vnni", Set.of("avx512_vnni", "avx_vnni")), new Family("avx512", Set.of("avx512f")),
                new Family("avx2", Set.of("avx2")), new Family("avx", Set.of("avx")),
                new Family("i8mm", Set.of("i8mm")), new Family("dotprod", Set.of("asimddp")),
                new Family("neon", Set.of("asimd")), new Family("vector", Set.of("v")));
        return ladder.stream().filter(step -> step.isIn(isa)).map(Family::label).findFirst().orElse("base");
    }

    /// The names people use for instruction sets of this architecture, in the order they are shown.
    static List<Family> families(String architecture) {
        return switch (architecture) {
            case "x86_64" -> X86;
            case "aarch64" -> ARM;
            case "riscv64" -> RISCV;
            default -> List.of();
        };
    }

    /// A name people use, and the flags any of which stands for it.
    record Family(String label, Set<String> flags) {
        boolean isIn(Set<String> isa) {
            return !Collections.disjoint(isa, flags);
        }
    }
}
