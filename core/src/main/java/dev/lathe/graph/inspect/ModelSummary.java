package dev.lathe.graph.inspect;

import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What a person wants to know of a model before doing anything with it.
///
/// @param origin where it comes from
/// @param signature what goes in and comes out
/// @param weights its constants
/// @param operators what it computes with
/// @param macs how much it computes
public record ModelSummary(Origin origin, Signature signature, Weights weights, Operators operators, Macs macs) {

    /// The file and what its head says.
    ///
    /// @param name the file's name
    /// @param sizeBytes of the model's own file
    /// @param external the files beside it that hold its weights, with their sizes in bytes
    /// @param opsets operator set versions by domain, ONNX's own as `ai.onnx`
    /// @param irVersion version of the file format
    /// @param producer the program that wrote it, with its version; empty where the file does not say
    /// @param functions the model's own functions, as `domain:name`
    public record Origin(String name, Reading<Long> sizeBytes, SequencedMap<String, Long> external,
            SequencedMap<String, Long> opsets, long irVersion, String producer, List<String> functions) {

        /// Copies the collections.
        public Origin {
            external = copy(external);
            opsets = copy(opsets);
            functions = List.copyOf(functions);
        }
    }

    /// Inputs and outputs.
    ///
    /// @param inputs those a caller must give
    /// @param outputs what the caller gets
    /// @param initializersListedAsInputs constants that the file lists as inputs too, as files before IR version 4 do
    public record Signature(List<ValueInfo> inputs, List<ValueInfo> outputs, int initializersListedAsInputs) {

        /// Copies the lists.
        public Signature {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }

    /// Constants: initializers and Constant nodes, those of subgraphs too, shared ones once. What functions of the model
    /// hold is not among them.
    ///
    /// @param parameters numbers in them, of every float and integer type
    /// @param bytes by element type, the largest first
    public record Weights(long parameters, SequencedMap<DataType, Long> bytes) {

        /// Copies the map.
        public Weights {
            bytes = copy(bytes);
        }

        /// Bytes of all types.
        public long sizeBytes() {
            return bytes.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// Operators, those of subgraphs too, as [dev.lathe.graph.Node#operator()] writes them.
    ///
    /// @param nodes how many nodes there are
    /// @param histogram how many of each operator, the most frequent first, then by name
    /// @param quantized those of them that compute with or convert to integers; empty for a model that is not quantized
    /// @param controlFlow those of them that decide at run time what runs
    public record Operators(int nodes, SequencedMap<String, Integer> histogram,
            SequencedMap<String, Integer> quantized, SequencedMap<String, Integer> controlFlow) {

        /// Copies the maps.
        public Operators {
            histogram = copy(histogram);
            quantized = copy(quantized);
            controlFlow = copy(controlFlow);
        }

        /// Whether the model is already quantized.
        public boolean isQuantized() {
            return !quantized.isEmpty();
        }
    }

    /// The summary of a model that was read from this file, as far as the shapes it declares go.
    public static ModelSummary of(Model model, Path file, Sizes sizes) {
        return of(model, model, String.valueOf(file.getFileName()), size(file), sizes);
    }

    /// The summary of a model that was read from this file.
    ///
    /// @param inferred the same model with more shapes: [Sizes#bind(Model)], then shape inference in a worker
    public static ModelSummary of(Model model, Model inferred, Path file, Sizes sizes) {
        return of(model, inferred, String.valueOf(file.getFileName()), size(file), sizes);
    }

    /// The summary of a model under this name.
    public static ModelSummary of(Model model, Model inferred, String name, Reading<Long> sizeBytes, Sizes sizes) {
        return new ModelSummary(Inspection.origin(model, name, sizeBytes), Inspection.signature(model.graph()),
                Inspection.weights(model.graph()), Inspection.operators(model.graph()),
                Macs.of(model, inferred, sizes));
    }

    private static Reading<Long> size(Path file) {
        try {
            return Reading.known(Files.size(file), file.toString());
        } catch (IOException e) {
            return Reading.unknown("the file cannot be read: " + e.getMessage());
        }
    }

    private static <K, V> SequencedMap<K, V> copy(SequencedMap<K, V> map) {
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
    }
}
