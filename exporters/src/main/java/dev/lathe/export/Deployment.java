package dev.lathe.export;

import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Everything an export needs, as values: the model, how to serve it and why.
///
/// The signatures are those that ONNX Runtime reports once it has loaded the model: initializers are no inputs, and shapes
/// hold what its shape inference found. Servers compare against that, not against what the file declares.
///
/// @param modelName the name it is served under, safe as a folder name; see [#safeName]
/// @param model the file
/// @param inputs the inputs a request must carry, in order
/// @param outputs the outputs, in order; those that are no tensors may be left out by a format
/// @param serving how to serve it
/// @param evidence what was given, measured and decided
/// @param samples a few real requests with the outputs that were seen; may be empty
/// @param tolerance how far an output may lie from the expected one
public record Deployment(String modelName, ModelFile model, List<ValueInfo> inputs, List<ValueInfo> outputs,
        ServingChoice serving, Evidence evidence, List<Request> samples, Request.Tolerance tolerance) {

    private static final int LONGEST_NAME = 100;
    /// Names that Windows gives to devices, with or without an extension.
    private static final Set<String> DEVICE_NAMES = Set.of("con", "prn", "aux", "nul", "com1", "com2", "com3", "com4",
            "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8",
            "lpt9");

    /// Copies the lists.
    public Deployment {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        samples = List.copyOf(samples);
    }

    /// The model's file and what lies beside it.
    ///
    /// @param path the ONNX file
    /// @param sha256 the hash of its bytes when it was measured, 64 lower-case hexadecimal digits
    /// @param externalData files of external weights, as the model names them: relative to its folder, `/` between parts
    public record ModelFile(Path path, String sha256, List<String> externalData) {

        /// Copies the list.
        public ModelFile {
            externalData = List.copyOf(externalData);
        }

        /// A model whose weights are all in its own file.
        public static ModelFile of(Path path, String sha256) {
            return new ModelFile(path, sha256, List.of());
        }
    }

    /// The outputs that are tensors.
    public List<ValueInfo> tensorOutputs() {
        return outputs.stream().filter(ValueInfo::isTensor).toList();
    }

    /// A name made of ASCII letters, digits, `_` and `-` that is safe as a folder, in a URL and in a regular expression.
    /// Anything else becomes `_`; `squeezenet1.1` becomes `squeezenet1_1`.
    ///
    /// @param wish any text, for example a file's name without its extension
    public static String safeName(String wish) {
        String name = wish.replaceAll("[^A-Za-z0-9_-]+", "_").replaceAll("^[_-]+|[_-]+$", "");
        if (name.length() > LONGEST_NAME) {
            name = name.substring(0, LONGEST_NAME);
        }
        if (name.isEmpty()) {
            return "model";
        }
        return DEVICE_NAMES.contains(name.toLowerCase(Locale.ROOT)) ? name + "_model" : name;
    }
}
