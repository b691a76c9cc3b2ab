package dev.lathe.evaluate.source;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.description.Source;
import dev.lathe.graph.DataType;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Slices of NumPy arrays along their first dimension.
final class ArraySamples implements Samples {
    private final Path file;
    private final Map<String, Tensor> arrays;
    private final Optional<Tensor> labels;
    private final int size;

    private ArraySamples(Path file, Map<String, Tensor> arrays, Optional<Tensor> labels, int size) {
        this.file = file;
        this.arrays = arrays;
        this.labels = labels;
        this.size = size;
    }

    static ArraySamples open(DatasetDescription description, Source.Npz source) {
        Path file = description.resolve(source.file());
        NpzFile archive = NpzFile.read(file);
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        for (InputRule rule : description.inputs().values()) {
            if (rule instanceof InputRule.Array named) {
                arrays.put(named.array(), archive.array(named.array()));
            }
        }
        Optional<Tensor> labels = source.labels().map(archive::array);
        Map<String, Tensor> counted = new LinkedHashMap<>(arrays);
        labels.ifPresent(array -> counted.put(source.labels().orElseThrow(), array));
        return new ArraySamples(file, arrays, labels, count(file, counted));
    }

    private static int count(Path file, Map<String, Tensor> arrays) {
        int count = -1;
        String first = "";
        for (var array : arrays.entrySet()) {
            long[] shape = array.getValue().shape();
            if (shape.length == 0) {
                throw mismatch(file, "array '" + array.getKey() + "' is a single number, not one for each sample");
            }
            if (count >= 0 && count != shape[0]) {
                throw mismatch(file,
                        "array '" + first + "' has " + count + " samples, but '" + array.getKey() + "' has "
                                + shape[0]);
            }
            count = Math.toIntExact(shape[0]);
            first = array.getKey();
        }
        return Math.max(count, 0);
    }

    private static ProblemException mismatch(Path file, String what) {
        return Problem.error("dataset-count-mismatch", file.toString(), what,
                "Give every array the number of samples as its first dimension.").toException();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String name(int index) {
        return Integer.toString(index);
    }

    @Override
    public Optional<String> label(int index) {
        return labels.map(array -> slice(array, index)).map(label -> switch (label.type()) {
            case FLOAT, DOUBLE, FLOAT16 -> Float.toString(label.floats()[0]);
            default -> Long.toString(label.longs()[0]);
        });
    }

    @Override
    public Tensor tensor(int index, InputRule rule, ValueInfo input) {
        if (!(rule instanceof InputRule.Array named)) {
            throw new IllegalArgumentException("no '" + rule.from() + "' in arrays");
        }
        Tensor array = arrays.get(named.array());
        if (array == null) {
            throw new IllegalArgumentException("array '" + named.array() + "' was not read");
        }
        return converted(slice(array, index), rule.dtype().orElse(input.type()));
    }

    private static Tensor slice(Tensor array, int index) {
        long[] shape = array.shape();
        long[] rest = Arrays.copyOfRange(shape, 1, shape.length);
        int bytes = Math.toIntExact(array.type().bytes(Tensor.count(rest)));
        ByteBuffer data = array.data().slice(index * bytes, bytes);
        return new Tensor(array.type(), rest, data);
    }

    private static Tensor converted(Tensor tensor, DataType type) {
        if (tensor.type() == type) {
            return tensor;
        }
        boolean fractions = switch (tensor.type()) {
            case FLOAT, DOUBLE, FLOAT16 -> true;
            default -> false;
        };
        return fractions
                ? Tensor.ofFloats(type, tensor.shape(), tensor.floats())
                : Tensor.ofLongs(type, tensor.shape(), tensor.longs());
    }

    @Override
    public List<Path> files() {
        return List.of(file);
    }
}
