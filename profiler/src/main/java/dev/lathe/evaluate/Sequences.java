package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// Runs a model that carries state from one window of sound to the next over whole files: the model becomes the body of a
/// Scan, so that a file is one query and the runtime itself carries the state.
///
/// Before: `output, stateN = model(window, state)`. After: `outputs = Scan(zeros, windows)` with a row for each window.
///
/// @param dataset whose windows they are
/// @param signature the model's inputs
public record Sequences(Dataset dataset, List<ValueInfo> signature) {
    private static final String OUTER = "__sequence";
    private static final int OPSET = 9;

    /// Copies the signature.
    public Sequences {
        signature = List.copyOf(signature);
    }

    /// Inputs that differ from window to window.
    private List<ValueInfo> stepped() {
        return signature.stream().filter(i -> !dataset.carried().containsKey(i.name())
                && dataset.description().inputs()
                        .get(i.name()) instanceof InputRule.Sound)
                .toList();
    }

    private List<ValueInfo> states() {
        return signature.stream().filter(i -> dataset.carried().containsKey(i.name())).toList();
    }

    /// The samples by file, in the order of the files.
    public List<List<Integer>> byFile(List<Integer> samples) {
        SequencedMap<String, List<Integer>> files = new LinkedHashMap<>();
        samples.forEach(s -> files.computeIfAbsent(dataset.sequence(s), _ -> new ArrayList<>()).add(s));
        return files.values().stream().map(f -> f.stream().sorted().toList()).toList();
    }

    /// Writes a pack with a file in each entry.
    public TensorPack write(Path file, List<List<Integer>> files) {
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (List<Integer> windows : files) {
                List<SequencedMap<String, Tensor>> singles = windows.stream().map(w -> dataset.sample(w, signature))
                        .toList();
                SequencedMap<String, Tensor> entry = new LinkedHashMap<>(singles.getFirst());
                states().forEach(s -> rename(entry, s.name()));
                for (ValueInfo input : stepped()) {
                    entry.remove(input.name());
                    entry.put(input.name() + OUTER,
                            stacked(singles.stream().flatMap(s -> Optional.ofNullable(s.get(input.name())).stream())
                                    .toList()));
                }
                writer.add(entry);
            }
        }
        return TensorPack.open(file);
    }

    private static void rename(SequencedMap<String, Tensor> entry, String name) {
        Tensor tensor = entry.remove(name);
        if (tensor != null) {
            entry.put(name + OUTER, tensor);
        }
    }

    private static Tensor stacked(List<Tensor> rows) {
        Tensor first = rows.getFirst();
        ByteBuffer data = ByteBuffer.allocateDirect(Math.multiplyExact(first.data().remaining(), rows.size()))
                .order(ByteOrder.nativeOrder());
        rows.forEach(r -> data.put(r.data()));
        long[] shape = new long[first.shape().length + 1];
        shape[0] = rows.size();
        System.arraycopy(first.shape(), 0, shape, 1, shape.length - 1);
        return new Tensor(first.type(), shape, data.flip());
    }

    /// The model over a whole file.
    ///
    /// @param wanted outputs to give, with a row for each window
    /// @throws dev.lathe.base.ProblemException if the model lacks an output that is carried on, or is older than Scan
    public Model over(Model model, List<String> wanted) {
        if (model.opset() < OPSET) {
            throw Problem.error("opset-too-low", "", "the model has opset " + model.opset()
                    + ", and carrying its state needs " + OPSET, "Export it with a later opset.").toException();
        }
        Map<String, ValueInfo> outputs = new LinkedHashMap<>();
        model.graph().outputs().forEach(o -> outputs.put(o.name(), o));
        dataset.carried().values().stream().filter(o -> !outputs.containsKey(o)).findFirst().ifPresent(o -> {
            throw Problem.error("output-missing", o, "the data carries the output " + o + " on, and the model gives "
                    + String.join(", ", outputs.keySet()), "Correct inputs.….output of the dataset description.")
                    .toException();
        });
        List<ValueInfo> inside = new ArrayList<>(states());
        inside.addAll(stepped());
        List<Node> nodes = new ArrayList<>(model.graph().nodes());
        List<ValueInfo> given = new ArrayList<>();
        // a Scan wants shapes declared; that of a state is the input's
        states().forEach(s -> given.add(copied(nodes, dataset.carried().getOrDefault(s.name(), ""), s)));
        SequencedSet<String> distinct = new LinkedHashSet<>(wanted);
        distinct.forEach(
                w -> given.add(copied(nodes, w, outputs.getOrDefault(w, ValueInfo.tensor(w, DataType.FLOAT)))));
        Graph body = new Graph(model.graph().name() + OUTER, nodes, inside, given, model.graph().initializers(),
                model.graph().values(), Extra.NONE);
        List<String> results = new ArrayList<>(states().stream().map(s -> s.name() + OUTER + "_last").toList());
        distinct.forEach(w -> results.add(w + OUTER));
        Node scan = Node.of("Scan" + OUTER, "Scan", inside.stream().map(i -> i.name() + OUTER).toList(), results,
                Attribute.of("body", new Attribute.GraphValue(body)),
                Attribute.of("num_scan_inputs", new Attribute.IntValue(stepped().size())));
        List<ValueInfo> outer = new ArrayList<>();
        for (ValueInfo input : signature) {
            outer.add(inside.contains(input) ? outer(input, stepped().contains(input)) : input);
        }
        List<ValueInfo> gives = distinct.stream().map(w -> ValueInfo.tensor(w + OUTER,
                Optional.ofNullable(outputs.get(w)).orElseThrow().type())).toList();
        return model.withGraph(new Graph(model.graph().name(), List.of(scan), outer, gives, new LinkedHashMap<>(),
                List.of(), Extra.NONE));
    }

    /// An output of the body under a name of its own: what is carried on can be wanted too.
    private static ValueInfo copied(List<Node> nodes, String name, ValueInfo like) {
        String copy = name + OUTER + "_" + nodes.size();
        nodes.add(Node.of(copy, "Identity", List.of(name), List.of(copy)));
        return new ValueInfo(copy, like.type(), like.shape(), Extra.NONE);
    }

    private static ValueInfo outer(ValueInfo input, boolean stepped) {
        List<Dim> dims = new ArrayList<>(input.shape().orElse(List.of()));
        if (stepped) {
            dims.addFirst(new Dim.Symbol("windows" + OUTER));
        }
        return ValueInfo.tensor(input.name() + OUTER, input.type(), dims);
    }

    /// The results under the names that the model itself gives them.
    public static TensorPack named(TensorPack results, Path file) {
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (int i = 0; i < results.size(); i++) {
                SequencedMap<String, Tensor> entry = new LinkedHashMap<>();
                results.sample(i).forEach((name, tensor) -> entry.put(name.replace(OUTER, ""), tensor));
                writer.add(entry);
            }
        }
        return TensorPack.open(file);
    }

    /// The names of results as [#over] gives them.
    public static List<String> names(List<String> wanted) {
        return wanted.stream().distinct().map(w -> w + OUTER).toList();
    }

    /// Windows as single queries, each with the state that the model had there.
    ///
    /// @param states results with the carried outputs, an entry for each file
    public void writeSingles(Path file, List<Integer> samples, List<List<Integer>> files, TensorPack states) {
        Map<Integer, int[]> places = new LinkedHashMap<>();
        for (int f = 0; f < files.size(); f++) {
            for (int w = 0; w < files.get(f).size(); w++) {
                places.put(files.get(f).get(w), new int[]{f, w});
            }
        }
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (int sample : samples) {
                SequencedMap<String, Tensor> single = new LinkedHashMap<>(dataset.sample(sample, signature));
                int[] place = places.getOrDefault(sample, new int[]{0, 0});
                if (place[1] > 0) {
                    SequencedMap<String, Tensor> known = states.sample(place[0]);
                    states().forEach(s -> Optional.ofNullable(known.get(dataset.carried().getOrDefault(s.name(), "")))
                            .ifPresent(t -> single.put(s.name(), row(t, place[1] - 1))));
                }
                writer.add(single);
            }
        }
    }

    private static Tensor row(Tensor rows, int index) {
        long[] shape = Arrays.copyOfRange(rows.shape(), 1, rows.shape().length);
        int bytes = rows.data().remaining() / Math.toIntExact(rows.shape()[0]);
        ByteBuffer slice = rows.data().slice(index * bytes, bytes).order(ByteOrder.nativeOrder());
        return new Tensor(rows.type(), shape, slice);
    }
}
