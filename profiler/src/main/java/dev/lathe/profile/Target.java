package dev.lathe.profile;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where models run: an execution provider of the runtime, and which of its devices.
///
/// @param provider its short name in lower case: `cpu`, `cuda`, `openvino`, or what a plugin library calls its own
/// @param device which of the provider's devices: `gpu`, `npu`, `cpu`, or its number from 0; empty for the provider's own choice
/// @param options what the provider is told, by its own keys
/// @param libraries plugin libraries that bring providers: files by the names they are registered under
public record Target(String provider, String device, SortedMap<String, String> options,
        SortedMap<String, String> libraries) {
    /// The processor, by the provider that every ONNX Runtime has.
    public static final Target CPU = new Target("cpu", "", new TreeMap<>(), new TreeMap<>());
    private static final String ENDING = "executionprovider";
    /// What people say in place of the runtime's own names.
    private static final Map<String, String> SPOKEN = Map.of("directml", "dml", "trt", "tensorrt", "onednn", "dnnl",
            "vitis", "vitisai");
    private static final String FORM = "Write PROVIDER or PROVIDER:DEVICE, such as cpu, cuda, cuda:1 or openvino:npu.";

    /// Copies the maps.
    public Target {
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
        libraries = Collections.unmodifiableSortedMap(new TreeMap<>(libraries));
    }

    /// The target of this name: `cpu`, `cuda`, `cuda:1`, `openvino:npu`; a provider's full name will do as well.
    ///
    /// @throws ProblemException `target-malformed` if it is no such name
    public static Target named(String name) {
        String[] parts = name.strip().toLowerCase(Locale.ROOT).split(":", -1);
        if (parts.length > 2 || parts[0].isBlank() || (parts.length == 2 && parts[1].isBlank())) {
            throw Problem.error("target-malformed", name, "this is no name of a target", FORM).toException();
        }
        String provider = shortName(parts[0]);
        return new Target(SPOKEN.getOrDefault(provider, provider), parts.length == 2 ? parts[1] : "", new TreeMap<>(),
                new TreeMap<>());
    }

    /// A provider's short name: `cuda` of `CUDAExecutionProvider`.
    public static String shortName(String provider) {
        String lower = provider.toLowerCase(Locale.ROOT);
        return lower.endsWith(ENDING) && lower.length() > ENDING.length()
                ? lower.substring(0, lower.length() - ENDING.length())
                : lower;
    }

    /// The same with what a user adds: options of the provider, and plugin libraries.
    ///
    /// @throws ProblemException `library-missing` if a library is no file
    public Target with(SortedMap<String, String> moreOptions, SortedMap<String, String> moreLibraries) {
        SortedMap<String, String> files = new TreeMap<>();
        moreLibraries.forEach((key, file) -> files.put(key, Path.of(file).toAbsolutePath().toString()));
        // the processor's own provider takes neither, and a run on it is the same run with and without them
        return provider.equals(CPU.provider) && device.isEmpty()
                ? this
                : new Target(provider, device, moreOptions, files);
    }

    /// Whether it is the processor, by the provider that is always there.
    public boolean isCpu() {
        return provider.equals(CPU.provider);
    }

    /// Its name: `openvino:npu`.
    public String name() {
        return device.isEmpty() ? provider : provider + ":" + device;
    }

    /// In words, with what the provider is told: `openvino:npu (precision=FP16)`.
    public String words() {
        List<String> told = new ArrayList<>();
        options.forEach((key, value) -> told.add(key + "=" + value));
        return name() + (told.isEmpty() ? "" : " (" + String.join(", ", told) + ")");
    }
}
