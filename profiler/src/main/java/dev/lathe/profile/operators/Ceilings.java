package dev.lathe.profile.operators;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;
import java.util.Comparator;
import java.util.List;

/// The most that this machine was seen to do with so many threads: what operators are held against.
///
/// Both are measured, not looked up: arithmetic by a product of two large matrices in the same runtime, memory by copying
/// arrays of several sizes, for what fits into a cache moves faster.
///
/// @param threads of the runtime and of the copy
/// @param runtime name and version of the runtime
/// @param float32 floating-point operations a second, two for a multiply-accumulate
/// @param int8 operations a second on 8-bit integers (unsigned times signed), two for a multiply-accumulate
/// @param memory bandwidth by size, the smallest first; at least one
/// @param measuredAt when, as ISO 8601
public record Ceilings(int threads, String runtime, Reading<Estimate> float32, Reading<Estimate> int8,
        List<Bandwidth> memory, String measuredAt) {

    /// Sorts the bandwidths.
    public Ceilings {
        memory = memory.stream().sorted(Comparator.comparingLong(Bandwidth::workingSetBytes)).toList();
        if (memory.isEmpty()) {
            throw new IllegalArgumentException("no bandwidth");
        }
    }

    /// How fast data of one size moves.
    ///
    /// @param workingSetBytes all that is read and written, of all threads together
    /// @param bytesPerS bytes read and bytes written, added, a second
    public record Bandwidth(long workingSetBytes, Estimate bytesPerS) {}

    /// The ceiling of one kind of arithmetic, in operations a second.
    public Reading<Estimate> arithmetic(Work.Arithmetic kind) {
        return switch (kind) {
            case FLOAT32 -> float32;
            case INT8 -> int8;
        };
    }

    /// The fastest of the sizes measured that hold so many bytes (what is smaller moves no slower), or the largest size.
    public Bandwidth bandwidth(double workingSetBytes) {
        return memory.stream().filter(b -> b.workingSetBytes() >= workingSetBytes)
                .max(Comparator.comparingDouble(b -> b.bytesPerS().value())).orElse(memory.getLast());
    }
}
