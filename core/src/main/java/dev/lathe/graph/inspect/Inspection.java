package dev.lathe.graph.inspect;

import dev.lathe.base.Reading;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;

/// Gathers the parts of a [ModelSummary].
final class Inspection {
    private static final Set<String> CONTROL_FLOW = Set.of("If", "Loop", "Scan");
    private static final Set<String> QUANTIZED = Set.of("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear",
            "MatMulNBits", "MatMulBnb4", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM",
            "QGemm",
            "QAttention", "QEmbedLayerNormalization", "QMoE", "GatherBlockQuantized");

    private Inspection() {}

    static ModelSummary.Origin origin(Model model, String name, Reading<Long> sizeBytes) {
        SequencedMap<String, Long> opsets = new LinkedHashMap<>();
        model.opsets().forEach((domain, version) -> opsets.put(domain.isEmpty() ? "ai.onnx" : domain, version));
        SequencedMap<String, Long> external = new LinkedHashMap<>();
        for (TensorData tensor : constants(model.graph())) {
            if (tensor instanceof TensorData.Mapped mapped) {
                mapped.external().ifPresent(location -> external.put(location, mapped.file().sizeBytes()));
            }
        }
        return new ModelSummary.Origin(name, sizeBytes, external, opsets, model.irVersion(),
                (model.metadata().producerName() + " " + model.metadata().producerVersion()).strip(),
                model.functions().stream().map(f -> f.domain() + ":" + f.name()).toList());
    }

    static ModelSummary.Signature signature(Graph graph) {
        return new ModelSummary.Signature(graph.requiredInputs(), graph.outputs(),
                graph.inputs().size() - graph.requiredInputs().size());
    }

    private record Place(Path file, long offset, long length) {}

    static ModelSummary.Weights weights(Graph graph) {
        long parameters = 0;
        Map<DataType, Long> bytes = new EnumMap<>(DataType.class);
        Set<TensorData> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Place> places = new HashSet<>();
        for (TensorData tensor : constants(graph)) {
            boolean shared = tensor instanceof TensorData.Mapped mapped && mapped.length() > 0
                    && !places.add(new Place(mapped.file().path(), mapped.offset(), mapped.length()));
            if (!seen.add(tensor) || shared) {
                continue;
            }
            if (isNumber(tensor.type())) {
                parameters += tensor.elements();
            }
            bytes.merge(tensor.type(), tensor.sizeBytes(), Long::sum);
        }
        bytes.values().removeIf(b -> b == 0);
        return new ModelSummary.Weights(parameters, sorted(bytes));
    }

    private static boolean isNumber(DataType type) {
        return type != DataType.BOOL && type != DataType.STRING && type != DataType.UNDEFINED;
    }

    private static List<TensorData> constants(Graph graph) {
        List<TensorData> constants = new ArrayList<>(graph.initializers().values());
        for (Node node : graph.nodes()) {
            if (node.is("Constant")) {
                node.attributes().forEach(a -> constant(a.value(), constants));
            }
            node.subgraphs().forEach(g -> constants.addAll(constants(g)));
        }
        return constants;
    }

    private static void constant(Attribute.Value value, List<TensorData> constants) {
        switch (value) {
            case Attribute.TensorValue(var tensor) -> constants.add(tensor);
            case Attribute.FloatValue(float number) -> constants.add(TensorData.ofFloats(List.of(), number));
            case Attribute.IntValue(long number) -> constants.add(TensorData.ofLongs(List.of(), number));
            case Attribute.FloatsValue(var numbers) -> {
                float[] floats = new float[numbers.size()];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = numbers.get(i);
                }
                constants.add(TensorData.ofFloats(List.of((long) floats.length), floats));
            }
            case Attribute.IntsValue(var numbers) -> constants.add(TensorData.ofLongs(List.of((long) numbers.size()),
                    numbers.stream().mapToLong(Long::longValue).toArray()));
            case Attribute.StringValue _,Attribute.StringsValue _,Attribute.GraphValue _,Attribute.OtherValue _ -> {
                // no numbers
            }
        }
    }

    static ModelSummary.Operators operators(Graph graph) {
        Map<String, Integer> histogram = new HashMap<>();
        Map<String, Integer> quantized = new HashMap<>();
        graph.allNodes().forEach(n -> {
            histogram.merge(n.operator(), 1, Integer::sum);
            if (isQuantized(n.opType())) {
                quantized.merge(n.operator(), 1, Integer::sum);
            }
        });
        return new ModelSummary.Operators(histogram.values().stream().mapToInt(Integer::intValue).sum(),
                sorted(histogram), sorted(quantized), sorted(only(histogram, CONTROL_FLOW::contains)));
    }

    private static boolean isQuantized(String operator) {
        return QUANTIZED.contains(operator) || operator.startsWith("QLinear") || operator.endsWith("Integer");
    }

    private static Map<String, Integer> only(Map<String, Integer> all, Predicate<String> wanted) {
        Map<String, Integer> some = new HashMap<>(all);
        some.keySet().removeIf(wanted.negate());
        return some;
    }

    /// The largest first, then by key.
    private static <K extends Comparable<? super K>, V extends Comparable<? super V>> SequencedMap<K, V> sorted(
            Map<K, V> map) {
        SequencedMap<K, V> sorted = new LinkedHashMap<>();
        map.entrySet().stream()
                .sorted(Map.Entry.<K, V>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(e -> sorted.put(e.getKey(), e.getValue()));
        return sorted;
    }
}
