package dev.lathe.profile.kernels;

import dev.lathe.base.Reading;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Which numbers of channels this machine's kernels like, with so many threads: measured, not looked up.
///
/// A width is made and read by two operators of the same kind, as one inside of a network is. Multiples of 32 are taken for
/// good; what any other width takes is held against the straight line between its neighbours among them.
///
/// @param threads of the runtime
/// @param runtime name and version of the runtime
/// @param float32 times with 32-bit floats, or why there are none
/// @param int8 times with 8-bit integers (unsigned activations, signed weights), or why there are none
/// @param measuredAt when, as ISO 8601
public record KernelWidths(int threads, String runtime, Reading<List<Timed>> float32, Reading<List<Timed>> int8,
        String measuredAt) {
    /// What is taken where nothing was measured: the width of AVX2 registers in floats, which most blocked kernels have.
    public static final int USUAL = 8;
    /// Multiples of these are good for every kernel known.
    static final int LARGEST = 32;
    private static final double HALFWAY = 0.5;

    /// What one width takes.
    ///
    /// @param operator `Conv` or `MatMul`
    /// @param width how many channels
    /// @param ns time of one query in nanoseconds, the 10th percentile: what a busy machine adds says nothing of kernels
    public record Timed(String operator, int width, double ns) {}

    /// The smallest number whose multiples these kernels like; unknown where nothing was measured.
    ///
    /// @param integers whether what is narrowed will be quantized
    public Reading<Integer> multiple(boolean integers) {
        return switch (integers ? int8 : float32) {
            case Reading.Known<List<Timed>>(List<Timed> times, String source) ->
                Reading.known(multiple(times), source);
            case Reading.Unknown<List<Timed>>(String why) -> Reading.unknown(why);
        };
    }

    /// From the largest down, as long as widths that are no multiples of more take less than halfway to what the next
    /// multiple of more would: channels beyond that are for nothing.
    static int multiple(List<Timed> times) {
        int liked = LARGEST;
        while (liked > 1 && excess(times, liked / 2) < HALFWAY * rounding(times, liked / 2)) {
            liked /= 2;
        }
        return liked;
    }

    /// How much longer than the line widths take that are multiples of this and of no more: a mean over widths and operators.
    static double excess(List<Timed> times, int multiple) {
        return mean(times, multiple, t -> t.ns() / line(times, t.operator(), t.width()) - 1);
    }

    /// How much longer the next multiples of twice as many channels take.
    private static double rounding(List<Timed> times, int multiple) {
        return mean(times, multiple, t -> line(times, t.operator(), t.width() + multiple)
                / line(times, t.operator(), t.width()) - 1);
    }

    private static double mean(List<Timed> times, int multiple, ToDoubleFunction<Timed> figure) {
        return times.stream().filter(t -> Integer.lowestOneBit(t.width()) == multiple).mapToDouble(figure).average()
                .orElseThrow(() -> new IllegalArgumentException("no multiple of " + multiple + " was timed"));
    }

    /// The time of a width on the straight line between multiples of 32.
    private static double line(List<Timed> times, String operator, int width) {
        int below = width / LARGEST * LARGEST;
        double low = at(times, operator, below);
        return width == below
                ? low
                : low + (at(times, operator, below + LARGEST) - low) * (width - below) / LARGEST;
    }

    private static double at(List<Timed> times, String operator, int width) {
        return times.stream().filter(t -> t.operator().equals(operator) && t.width() == width)
                .mapToDouble(Timed::ns).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(operator + " of width " + width + " was not timed"));
    }

}
