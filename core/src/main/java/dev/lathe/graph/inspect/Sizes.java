package dev.lathe.graph.inspect;

import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The sizes that stand in for dimensions a model leaves open.
///
/// @param batch for the batch dimension: the first one of an input unless its name says that it is a sequence, and
///     every dimension whose name contains `batch`
/// @param symbols for other dimensions, by name, or as `INPUT[AXIS]` where they have none; these win over `batch`
public record Sizes(long batch, SequencedMap<String, Long> symbols) {
    /// Names of first dimensions that are no batch: inputs of some recurrent models have time first.
    private static final List<String> NOT_BATCH = List.of("seq", "time", "length", "token");

    /// Copies the map.
    public Sizes {
        symbols = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(symbols));
    }

    /// That batch, and no other size.
    public static Sizes ofBatch(long batch) {
        return new Sizes(batch, new LinkedHashMap<>());
    }

    /// These sizes and one more.
    public Sizes with(String symbol, long size) {
        SequencedMap<String, Long> more = new LinkedHashMap<>(symbols);
        more.put(symbol, size);
        return new Sizes(batch, more);
    }

    /// The model with these sizes in place of open dimensions, so that shape inference gets further. For counting only:
    /// it is no model to be run or written.
    public Model bind(Model model) {
        Set<String> batches = batchNames(model);
        return model.withGraph(model.graph()
                .withInputs(model.graph().inputs().stream().map(v -> bind(v, batches, true)).toList())
                .withOutputs(model.graph().outputs().stream().map(v -> bind(v, batches, false)).toList())
                .withValues(model.graph().values().stream().map(v -> bind(v, batches, false)).toList()));
    }

    /// Those of these sizes that the model's open dimensions take; where its batch is fixed, that one.
    Sizes usedBy(Model model) {
        Set<String> batches = batchNames(model);
        SequencedMap<String, Long> used = new LinkedHashMap<>(symbols);
        Set<String> open = new HashSet<>();
        model.graph().inputs().forEach(v -> IntStream.range(0, v.shape().map(List::size).orElse(0))
                .forEach(i -> open.add(v.name() + "[" + i + "]")));
        Stream.of(model.graph().inputs(), model.graph().outputs(), model.graph().values()).flatMap(List::stream)
                .flatMap(v -> v.shape().stream()).flatMap(List::stream)
                .forEach(d -> open.add(d instanceof Dim.Symbol(String name) ? name : ""));
        used.keySet().retainAll(open);
        boolean batched = open.stream().anyMatch(batches::contains);
        OptionalLong fixed = model.graph().requiredInputs().stream().findFirst()
                .filter(i -> i.shape().orElse(List.of()).size() > 1).flatMap(ValueInfo::batch).map(Dim::fixed)
                .orElse(OptionalLong.empty());
        return new Sizes(batched ? batch : fixed.orElse(batch), used);
    }

    private ValueInfo bind(ValueInfo value, Set<String> batches, boolean input) {
        if (!value.isTensor() || value.shape().isEmpty()) {
            return value;
        }
        List<Dim> dims = value.shape().get();
        List<Dim> bound = IntStream.range(0, dims.size()).mapToObj(i -> {
            OptionalLong size = input && dims.get(i) instanceof Dim.Any
                    ? unnamed(value.name(), i)
                    : size(dims.get(i), batches);
            return size.isPresent() ? new Dim.Fixed(size.getAsLong()) : dims.get(i);
        }).toList();
        return bound.equals(dims) ? value : new ValueInfo(value.name(), value.type(), Optional.of(bound), Extra.NONE);
    }

    private OptionalLong unnamed(String input, int axis) {
        Long size = symbols.get(input + "[" + axis + "]");
        return size != null ? OptionalLong.of(size) : axis == 0 ? OptionalLong.of(batch) : OptionalLong.empty();
    }

    private OptionalLong size(Dim dim, Set<String> batches) {
        return switch (dim) {
            case Dim.Fixed(long size) -> OptionalLong.of(size);
            case Dim.Any _ -> OptionalLong.empty();
            case Dim.Symbol(String name) when symbols.containsKey(name) ->
                OptionalLong.of(symbols.getOrDefault(name, batch));
            case Dim.Symbol(String name) -> isBatch(name, batches) ? OptionalLong.of(batch) : OptionalLong.empty();
        };
    }

    private static boolean isBatch(String name, Set<String> batches) {
        return batches.contains(name) || name.toLowerCase(Locale.ROOT).contains("batch");
    }

    private static Set<String> batchNames(Model model) {
        Set<String> names = new HashSet<>();
        for (ValueInfo input : model.graph().requiredInputs()) {
            input.batch().ifPresent(dim -> {
                if (dim instanceof Dim.Symbol(String name)
                        && NOT_BATCH.stream().noneMatch(name.toLowerCase(Locale.ROOT)::contains)) {
                    names.add(name);
                }
            });
        }
        return names;
    }
}
