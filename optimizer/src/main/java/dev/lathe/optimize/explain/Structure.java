package dev.lathe.optimize.explain;

import dev.lathe.graph.Graph;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What runs on what, in the graph that the runtime made of a model.
///
/// @param pairs the quantizations of the file, and which of them the runtime has not fused
/// @param precisions the operators by precision, the most operators first; conversions are not among them
/// @param changes where the precision changes along the graph, in the graph's order
/// @param inFloat operators with weights that run on floats, in the graph's order
/// @param dynamic how many activations are quantized anew in each run
public record Structure(Pairs pairs, List<AtPrecision> precisions, List<Change> changes, List<InFloat> inFloat,
        int dynamic) {

    /// Copies the lists.
    public Structure {
        precisions = List.copyOf(precisions);
        changes = List.copyOf(changes);
        inFloat = List.copyOf(inFloat);
    }

    /// What the runtime made of a model.
    ///
    /// @param file the model as its file has it
    /// @param executed the graph that the runtime made of it, with the types of its values
    public static Structure of(Graph file, Graph executed) {
        return new ExecutedOperators(file, executed).structure();
    }

    /// QuantizeLinear and DequantizeLinear, one after the other on the same value.
    ///
    /// @param inFile how many the file has
    /// @param unfused those that run as they stand: a value is rounded, and computed with in float all the same
    public record Pairs(int inFile, List<Unfused> unfused) {

        /// Copies the list.
        public Pairs {
            unfused = List.copyOf(unfused);
        }

        /// How many became part of an operator on integers, or of its edge.
        public int fused() {
            return Math.max(0, inFile - unfused.size());
        }
    }

    /// A pair that runs as it stands.
    ///
    /// @param value what is quantized
    /// @param producer the operator that makes it, or `input`
    /// @param consumer an operator that reads it, or `output`
    public record Unfused(String value, String producer, String consumer) {

        /// Between which operators: `Resize -> Concat`.
        public String between() {
            return producer + " -> " + consumer;
        }
    }

    /// Operators that compute at one precision.
    ///
    /// @param precision of the activations: `float32`, `uint8`; or of the weights: `int4 weights`; `other` for integers that
    ///     are no quantized values
    /// @param operators how many of each
    public record AtPrecision(String precision, SortedMap<String, Integer> operators) {

        /// Copies the map.
        public AtPrecision {
            operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
        }

        /// How many there are.
        public int count() {
            return operators.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /// A place where the precision changes.
    ///
    /// @param from precision before
    /// @param to precision behind
    /// @param operator what converts
    /// @param before label of the node in front, or the graph's input
    /// @param behind label of the node behind, or the graph's output
    public record Change(String from, String to, String operator, String before, String behind) {
        @Override
        public String toString() {
            return before + " -> " + behind + " (" + from + " to " + to + ")";
        }
    }

    /// An operator with weights that runs on floats.
    ///
    /// @param label of the node
    /// @param operator without its domain
    /// @param fellBack whether the file quantizes it, and the runtime has no kernel for what stands there
    public record InFloat(String label, String operator, boolean fellBack) {}

    /// How many operators compute with integers, or with weights of integers.
    public int onIntegers() {
        return precisions.stream().filter(p -> Precision.isInteger(p.precision())).mapToInt(AtPrecision::count).sum();
    }

    /// Operators at full or half precision.
    public int onFloats() {
        return precisions.stream().filter(p -> Precision.isFloat(p.precision())).mapToInt(AtPrecision::count).sum();
    }
}
