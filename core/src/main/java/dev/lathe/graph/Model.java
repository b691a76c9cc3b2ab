package dev.lathe.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// An ONNX model as an immutable value. Passes make new ones that share the weights.
///
/// @param graph the main graph
/// @param functions model-local functions, passed through untouched
/// @param opsets operator set versions by domain; ONNX's own domain is empty or `ai.onnx`
/// @param irVersion version of the file format
/// @param metadata who made it, and free properties
/// @param rest what else the file says, kept for writing
public record Model(Graph graph, List<Function> functions, SequencedMap<String, Long> opsets, long irVersion,
        Metadata metadata, Extra rest) {

    /// Copies the collections.
    public Model {
        functions = List.copyOf(functions);
        opsets = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(opsets));
    }

    /// A model-local function, kept whole.
    public record Function(String domain, String name, Extra content) {}

    /// Who made the model, and its properties.
    public record Metadata(String producerName, String producerVersion, SequencedMap<String, String> properties) {

        /// Nothing said.
        public static final Metadata NONE = new Metadata("", "", new LinkedHashMap<>());

        /// Copies the map.
        public Metadata {
            properties = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(properties));
        }
    }

    /// Version of ONNX's own operator set; 0 where the model imports none.
    public int opset() {
        return Math.toIntExact(opsets.getOrDefault("", opsets.getOrDefault("ai.onnx", 0L)));
    }

    /// This model with another main graph.
    public Model withGraph(Graph fresh) {
        return new Model(fresh, functions, opsets, irVersion, metadata, rest);
    }

    /// This model importing a domain at a version, if it does not import it yet.
    public Model importing(String domain, long version) {
        if (opsets.containsKey(domain) || (domain.isEmpty() && opsets.containsKey("ai.onnx"))) {
            return this;
        }
        SequencedMap<String, Long> more = new LinkedHashMap<>(opsets);
        more.put(domain, version);
        return new Model(graph, functions, more, irVersion, metadata, rest);
    }

    /// This model with at least that version of the file format.
    public Model withIrVersionAtLeast(long version) {
        return irVersion >= version ? this : new Model(graph, functions, opsets, version, metadata, rest);
    }
}
