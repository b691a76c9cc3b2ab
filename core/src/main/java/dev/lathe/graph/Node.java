package dev.lathe.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Stream;

/// One operator of a graph.
///
/// @param name the node's name; may be empty, for many exporters write none
/// @param domain operator domain, empty for ONNX's own
/// @param opType operator
/// @param inputs value names; an empty name is an optional input that is not given
/// @param outputs value names; an empty name is an output nobody wants
/// @param attributes in the file's order
/// @param rest what else the file says, kept for writing
public record Node(String name, String domain, String opType, List<String> inputs, List<String> outputs,
        List<Attribute> attributes, Extra rest) {

    /// Copies the lists.
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = List.copyOf(attributes);
    }

    /// A new node of ONNX's own domain.
    public static Node of(String name, String opType, List<String> inputs, List<String> outputs,
            Attribute... attributes) {
        return new Node(name, "", opType, inputs, outputs, List.of(attributes), Extra.NONE);
    }

    /// This node with other inputs.
    public Node withInputs(List<String> fresh) {
        return new Node(name, domain, opType, fresh, outputs, attributes, rest);
    }

    /// This node with other outputs.
    public Node withOutputs(List<String> fresh) {
        return new Node(name, domain, opType, inputs, fresh, attributes, rest);
    }

    /// This node with other attributes.
    public Node withAttributes(List<Attribute> fresh) {
        return new Node(name, domain, opType, inputs, outputs, fresh, rest);
    }

    /// Whether this is that operator of ONNX's own domain.
    public boolean is(String operator) {
        return isStandard() && opType.equals(operator);
    }

    /// Whether the operator is one of ONNX's own.
    public boolean isStandard() {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /// The operator as users write it: `Conv`, or `com.microsoft:FusedConv` outside ONNX's own domain.
    public String operator() {
        return isStandard() ? opType : domain + ":" + opType;
    }

    /// What to call this node in a message: its name, or its operator and first output.
    public String label() {
        return name.isEmpty() ? operator() + " -> " + (outputs.isEmpty() ? "?" : outputs.getFirst()) : name;
    }

    /// The input at that place, or empty where it is not given.
    public Optional<String> input(int index) {
        return index < inputs.size() && !inputs.get(index).isEmpty()
                ? Optional.of(inputs.get(index))
                : Optional.empty();
    }

    /// The attribute's value, if the node has it.
    public Optional<Attribute.Value> attribute(String wanted) {
        return attributes.stream().filter(a -> a.name().equals(wanted)).findFirst().map(Attribute::value);
    }

    /// An integer attribute, or what it is when absent.
    public long intAttribute(String wanted, long absent) {
        return attribute(wanted).map(v -> v instanceof Attribute.IntValue(long value) ? value : absent).orElse(absent);
    }

    /// A float attribute, or what it is when absent.
    public float floatAttribute(String wanted, float absent) {
        return attribute(wanted).map(v -> v instanceof Attribute.FloatValue(float value) ? value : absent)
                .orElse(absent);
    }

    /// A list of integers, if the node has it.
    public Optional<List<Long>> intsAttribute(String wanted) {
        return attribute(wanted).flatMap(
                v -> v instanceof Attribute.IntsValue(var values) ? Optional.of(values) : Optional.empty());
    }

    /// The graphs this node contains.
    public Stream<Graph> subgraphs() {
        return attributes.stream().map(Attribute::value)
                .flatMap(v -> v instanceof Attribute.GraphValue(var graph) ? Stream.of(graph) : Stream.empty());
    }

    /// Everything this node reads: its inputs, and what its subgraphs take from outside.
    public SequencedSet<String> reads() {
        SequencedSet<String> reads = new LinkedHashSet<>(inputs);
        subgraphs().forEach(g -> reads.addAll(g.captured()));
        reads.remove("");
        return reads;
    }

    /// This node reading `to` wherever it reads `from`, in its subgraphs too.
    Node reading(String from, String to) {
        if (!reads().contains(from)) {
            return this;
        }
        List<String> renamed = inputs.stream().map(i -> i.equals(from) ? to : i).toList();
        List<Attribute> values = new ArrayList<>();
        for (Attribute attribute : attributes) {
            values.add(attribute.value() instanceof Attribute.GraphValue(var graph)
                    ? new Attribute(attribute.name(), new Attribute.GraphValue(graph.reading(from, to)),
                            attribute.rest())
                    : attribute);
        }
        return new Node(name, domain, opType, renamed, outputs, values, rest);
    }
}
