package dev.lathe.optimize.quantize;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.ValueTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Writes a [HalfPlacement] into a graph: constants converted once, and one Cast for a value that both kinds of operators use.
///
/// A value keeps its name in the form in which float32 operators, subgraphs and callers read it; where none does, its name
/// stands for float16.
public final class HalfWriter {
    private final Graph graph;
    private final HalfPlacement placement;
    private final ValueTypes types;
    private final boolean keepIo;
    private final GraphEdit edit;
    private final Set<String> halfMade = new HashSet<>();
    private final Set<String> readAsFloat = new HashSet<>();
    private final Set<String> inputs = new HashSet<>();
    /// The float16 form of a value, by its name.
    private final Map<String, String> halves = new LinkedHashMap<>();
    private int casts;
    private int constants;

    private HalfWriter(Graph graph, HalfPlacement placement, ValueTypes types, boolean keepIo) {
        this.graph = graph;
        this.placement = placement;
        this.types = types;
        this.keepIo = keepIo;
        this.edit = new GraphEdit(graph);
        graph.inputs().forEach(i -> inputs.add(i.name()));
        for (Node node : graph.nodes()) {
            if (placement.isHalf(node)) {
                node.outputs().stream().filter(this::isFloat).forEach(halfMade::add);
            } else if (!placement.isNeutral(node)) {
                readAsFloat.addAll(node.reads());
            }
        }
        graph.outputs().forEach(o -> readAsFloat.add(o.name()));
    }

    /// What was made.
    ///
    /// @param graph the graph
    /// @param casts how many Cast operators were added
    /// @param constants how many constants were converted
    public record Written(Graph graph, int casts, int constants) {}

    /// Writes a placement.
    ///
    /// @param keepIo whether the graph's inputs and outputs stay float32
    public static Written write(Graph graph, HalfPlacement placement, ValueTypes types, boolean keepIo) {
        HalfWriter writer = new HalfWriter(graph, placement, types, keepIo);
        Graph made = writer.write();
        return new Written(made, writer.casts, writer.constants);
    }

    private boolean isFloat(String value) {
        return types.type(value).filter(t -> t == DataType.FLOAT).isPresent();
    }

    private Graph write() {
        for (Node node : edit.nodes()) {
            if (placement.isHalf(node)) {
                edit.replace(node, half(node));
            } else if (placement.isNeutral(node)) {
                edit.replace(node, node.withInputs(node.inputs().stream()
                        .map(i -> halfMade.contains(i) ? half(i) : i).toList()));
            }
        }
        halves.forEach(this::cast);
        Graph done = edit.done();
        List<ValueInfo> values = done.values().stream()
                .map(v -> v.name().equals(halves.get(v.name())) ? retyped(v) : v).toList();
        return keepIo ? done.withValues(values) : withHalfIo(done.withValues(values));
    }

    private Node half(Node node) {
        List<String> ins = node.inputs().stream().map(i -> isFloat(i) ? half(i) : i).toList();
        List<String> outs = node.outputs().stream().map(o -> isFloat(o) ? half(o) : o).toList();
        List<Attribute> attributes = !node.is("Cast")
                ? node.attributes()
                : node.attributes().stream().map(a -> a.name().equals("to")
                        ? Attribute.of("to", new Attribute.IntValue(DataType.FLOAT16.number()))
                        : a).toList();
        return node.withInputs(ins).withOutputs(outs).withAttributes(attributes);
    }

    private String half(String value) {
        return halves.computeIfAbsent(value, v -> {
            if (placement.constant(v).isPresent()) {
                return constant(v);
            }
            boolean twoForms = !halfMade.contains(v) || readAsFloat.contains(v);
            return twoForms ? edit.freshName(v + "_float16") : v;
        });
    }

    private String constant(String name) {
        constants++;
        TensorData converted = converted(placement.constant(name).orElseThrow());
        if (readAsFloat.contains(name)) {
            return edit.addInitializer(name + "_float16", converted);
        }
        edit.setInitializer(name, converted);
        return name;
    }

    /// The tensor in float16, each number rounded half to even.
    static TensorData converted(TensorData tensor) {
        float[] values = tensor.floats();
        byte[] bytes = new byte[values.length * Short.BYTES];
        for (int i = 0; i < values.length; i++) {
            short bits = Float.floatToFloat16(values[i]);
            bytes[2 * i] = (byte) bits;
            bytes[2 * i + 1] = (byte) (bits >> Byte.SIZE);
        }
        return TensorData.ofBytes(DataType.FLOAT16, tensor.shape(), bytes);
    }

    private void cast(String value, String half) {
        if (!value.equals(half) && placement.constant(value).isEmpty()) {
            boolean up = halfMade.contains(value);
            add(up ? half : value, up ? value : half, up ? DataType.FLOAT : DataType.FLOAT16);
        }
    }

    private void add(String from, String to, DataType type) {
        casts++;
        edit.add(Node.of(edit.freshName(to + "_Cast"), "Cast", List.of(from), List.of(to),
                Attribute.of("to", new Attribute.IntValue(type.number()))));
    }

    private static ValueInfo retyped(ValueInfo value) {
        return value.type() == DataType.FLOAT
                ? new ValueInfo(value.name(), DataType.FLOAT16, value.shape(), value.rest())
                : value;
    }

    /// Takes the Casts at the graph's ends off, so that callers give and get float16.
    private Graph withHalfIo(Graph whole) {
        Map<String, String> fresh = new HashMap<>();
        GraphEdit ends = new GraphEdit(whole);
        List<String> names = new ArrayList<>(Stream.concat(whole.requiredInputs().stream(), whole.outputs().stream())
                .filter(v -> v.type() == DataType.FLOAT).map(ValueInfo::name).distinct().toList());
        for (String name : names) {
            fresh.put(name, ends.freshName(name + "_float32"));
        }
        for (String name : names) {
            String inner = fresh.getOrDefault(name, name);
            Node producer = ends.producers().get(name);
            ends.replaceUses(name, inner);
            if (producer != null) {
                Node now = ends.producers().getOrDefault(name, producer);
                ends.replace(now,
                        now.withOutputs(now.outputs().stream().map(o -> o.equals(name) ? inner : o).toList()));
                ends.add(Node.of(ends.freshName(name + "_Cast"), "Cast", List.of(inner), List.of(name),
                        Attribute.of("to", new Attribute.IntValue(DataType.FLOAT16.number()))));
            } else {
                ends.add(Node.of(ends.freshName(inner + "_Cast"), "Cast", List.of(name), List.of(inner),
                        Attribute.of("to", new Attribute.IntValue(DataType.FLOAT.number()))));
            }
        }
        Graph done = joined(ends.done());
        List<ValueInfo> ins = done.inputs().stream().map(i -> names.contains(i.name()) ? retyped(i) : i).toList();
        List<ValueInfo> outs = done.outputs().stream().map(o -> names.contains(o.name()) ? retyped(o) : o).toList();
        casts = (int) done.nodes().stream().filter(n -> n.is("Cast")).count()
                - (int) graph.nodes().stream().filter(n -> n.is("Cast")).count();
        return done.withInputs(ins).withOutputs(outs);
    }

    /// Float16 cast up and down again is what it was.
    private static Graph joined(Graph graph) {
        GraphEdit edit = new GraphEdit(graph);
        for (Node down : edit.nodes()) {
            if (!isCast(down, DataType.FLOAT16)) {
                continue;
            }
            Node up = edit.producers().get(down.inputs().getFirst());
            if (up == null || !isCast(up, DataType.FLOAT)) {
                continue;
            }
            String half = up.inputs().getFirst();
            Node producer = edit.producers().get(half);
            String out = down.outputs().getFirst();
            if (!edit.isOutput(out)) {
                edit.remove(edit.producers().getOrDefault(out, down));
                edit.replaceUses(out, half);
            } else if (producer != null && !edit.isOutput(half)) {
                edit.remove(edit.producers().getOrDefault(out, down));
                edit.replace(producer, producer.withOutputs(producer.outputs().stream()
                        .map(o -> o.equals(half) ? out : o).toList()));
                edit.replaceUses(half, out);
            }
        }
        edit.removeUnused();
        return edit.done();
    }

    private static boolean isCast(Node node, DataType to) {
        return node.is("Cast") && node.intAttribute("to", 0) == to.number();
    }
}
