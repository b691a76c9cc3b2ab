package dev.lathe.hardware.probe;

import java.util.Optional;

/// Looks core designs up in the tables of known ones. What is not there is not guessed.
final class CoreDesigns {
    private CoreDesigns() {}

    /// An Arm core.
    ///
    /// @param tier orders the cores of one chip, higher is faster
    /// @param threads hardware threads per core
    record ArmCore(String vendor, String name, int tier, int threads) {}

    /// The Arm core of an implementer and part, both as `/proc/cpuinfo` spells them (`0x41`, `0xd0c`).
    static Optional<ArmCore> arm(String implementer, String part) {
        return Tables.rows("arm-cores.csv").stream().filter(row -> row[0].equals(implementer) && row[1].equals(part))
                .map(row -> new ArmCore(row[2], row[3], Integer.parseInt(row[4]), Integer.parseInt(row[5])))
                .findFirst();
    }

    /// The microarchitecture of an x86 processor.
    static Optional<String> x86(String vendor, int family, int model, int stepping) {
        return Tables.rows("x86-designs.csv").stream()
                .filter(row -> row[0].equals(vendor) && Integer.parseInt(row[1]) == family
                        && between(row[2], model, row[3]) && between(row[4], stepping, row[5]))
                .map(row -> row[6]).findFirst();
    }

    private static boolean between(String first, int value, String last) {
        return Integer.parseInt(first) <= value && value <= Integer.parseInt(last);
    }
}
