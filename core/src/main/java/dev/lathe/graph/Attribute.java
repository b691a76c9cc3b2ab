package dev.lathe.graph;

import java.util.List;

/// A named constant of a node.
///
/// @param name the attribute's name, unique in its node
/// @param value what it holds
/// @param rest what else the file says, kept for writing
public record Attribute(String name, Value value, Extra rest) {

    /// A new attribute.
    public static Attribute of(String name, Value value) {
        return new Attribute(name, value, Extra.NONE);
    }

    /// What an attribute can hold.
    public sealed interface Value {}

    /// `FLOAT`.
    public record FloatValue(float value) implements Value {}

    /// `INT`.
    public record IntValue(long value) implements Value {}

    /// `STRING`; bytes that are no UTF-8 are kept in the attribute's rest.
    public record StringValue(String value) implements Value {}

    /// `TENSOR`.
    public record TensorValue(TensorData value) implements Value {}

    /// `GRAPH`: the body of If, Loop, Scan.
    public record GraphValue(Graph value) implements Value {}

    /// `FLOATS`.
    public record FloatsValue(List<Float> values) implements Value {

        /// Copies the list.
        public FloatsValue {
            values = List.copyOf(values);
        }
    }

    /// `INTS`.
    public record IntsValue(List<Long> values) implements Value {

        /// Copies the list.
        public IntsValue {
            values = List.copyOf(values);
        }
    }

    /// `STRINGS`.
    public record StringsValue(List<String> values) implements Value {

        /// Copies the list.
        public StringsValue {
            values = List.copyOf(values);
        }
    }

    /// Kinds that Lathe passes through (sparse tensors, types, lists of graphs, references inside functions).
    public record OtherValue() implements Value {}
}
