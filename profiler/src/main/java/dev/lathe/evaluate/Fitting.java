package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/// Brings what a rule makes of a sample into the shape of one input of the model, with batch 1.
///
/// In this order: the sample behind a batch dimension of 1; the sample as it is; a reshape where the numbers of elements
/// agree and at most one dimension is open. A reshape that would only exchange dimensions (channels first for channels
/// last) is refused: it would scramble a picture without an error.
final class Fitting {
    private final Path file;
    private final InputRule rule;
    private final ValueInfo input;

    Fitting(Path file, InputRule rule, ValueInfo input) {
        this.file = file;
        this.rule = rule;
        this.input = input;
    }

    Tensor fit(Tensor data) {
        if (data.type() != input.type()) {
            throw misfit(data.signature(), "Set inputs." + input.name() + ".dtype to " + input.type().label()
                    + ", or leave it out.");
        }
        long[] sizes = data.shape();
        long[] batched = LongStream.concat(LongStream.of(1), LongStream.of(sizes)).toArray();
        Optional<List<Dim>> declared = input.shape();
        if (declared.isEmpty()) {
            return data.reshaped(batched);
        }
        List<Dim> single = single(declared.get());
        if (agree(single, batched)) {
            return data.reshaped(batched);
        }
        if (agree(declared.get(), sizes)) {
            return data;
        }
        return reshaped(data, single).or(() -> reshaped(data, declared.get()))
                .orElseThrow(() -> misfit(data.signature(), rule.remedy(input.name())));
    }

    /// The numbers in the shape of the input, dimensions that are not fixed being 1.
    Tensor constant(InputRule.Constant constant) {
        DataType type = constant.dtype().orElse(input.type());
        List<Double> values = constant.values();
        long[] shape = single(input.shape().orElse(List.of())).stream().mapToLong(d -> d.fixed().orElse(1)).toArray();
        int count = Math.toIntExact(Tensor.count(shape));
        if (type != input.type() || (values.size() != 1 && values.size() != count)) {
            throw misfit(values.size() + " numbers of " + type.label(), rule.remedy(input.name()));
        }
        boolean whole = values.stream().allMatch(v -> v == Math.rint(v));
        if (whole) {
            long[] numbers = new long[count];
            Arrays.setAll(numbers, i -> values.get(values.size() == 1 ? 0 : i).longValue());
            return Tensor.ofLongs(type, shape, numbers);
        }
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = values.get(values.size() == 1 ? 0 : i).floatValue();
        }
        return Tensor.ofFloats(type, shape, numbers);
    }

    /// Zeros in the shape of the input, dimensions that are not fixed being 1.
    Tensor zeros() {
        long[] shape = input.shape().orElse(List.of()).stream().mapToLong(d -> d.fixed().orElse(1)).toArray();
        return Tensor.ofFloats(input.type(), shape, new float[Math.toIntExact(Tensor.count(shape))]);
    }

    /// The declared shape with its first dimension, by convention the batch, open where it is fixed above 1.
    private static List<Dim> single(List<Dim> declared) {
        if (declared.isEmpty() || declared.getFirst().fixed().orElse(1) == 1) {
            return declared;
        }
        List<Dim> single = new ArrayList<>(declared);
        single.set(0, new Dim.Fixed(1));
        return single;
    }

    private static boolean agree(List<Dim> declared, long[] sizes) {
        if (declared.size() != sizes.length) {
            return false;
        }
        for (int i = 0; i < sizes.length; i++) {
            if (declared.get(i).fixed().orElse(sizes[i]) != sizes[i]) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Tensor> reshaped(Tensor data, List<Dim> declared) {
        long[] shape = new long[declared.size()];
        int open = -1;
        long known = 1;
        for (int i = 0; i < shape.length; i++) {
            boolean batch = i == 0 && declared.getFirst().fixed().isEmpty();
            shape[i] = batch ? 1 : declared.get(i).fixed().orElse(-1);
            if (shape[i] < 0 && open >= 0) {
                return Optional.empty();
            }
            open = shape[i] < 0 ? i : open;
            known = shape[i] < 0 ? known : Math.multiplyExact(known, shape[i]);
        }
        if (open >= 0 && known > 0 && data.elements() % known == 0) {
            shape[open] = data.elements() / known;
        }
        boolean fits = Arrays.stream(shape).noneMatch(s -> s < 0) && Tensor.count(shape) == data.elements();
        return (fits && !exchanges(data.shape(), shape)) ? Optional.of(data.reshaped(shape)) : Optional.empty();
    }

    /// Whether one shape is the other with its dimensions in another order, those of 1 not counted.
    private static boolean exchanges(long[] from, long[] to) {
        long[] a = LongStream.of(from).filter(s -> s != 1).toArray();
        long[] b = LongStream.of(to).filter(s -> s != 1).toArray();
        boolean same = Arrays.equals(a, b);
        Arrays.sort(a);
        Arrays.sort(b);
        return !same && Arrays.equals(a, b);
    }

    private ProblemException misfit(String data, String remedy) {
        return Problem.error("data-does-not-fit", file.toString(),
                "input '" + input.name() + "' of the model takes " + input.signature() + ", but the data gives " + data,
                remedy).toException();
    }
}
