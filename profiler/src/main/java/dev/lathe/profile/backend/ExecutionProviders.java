package dev.lathe.profile.backend;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.lathe.base.Nearest;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.profile.RuntimeOffer;
import dev.lathe.profile.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// The execution providers of this ONNX Runtime: those its library holds, and those that plugin libraries bring. A library
/// stays registered as long as the process lives.
final class ExecutionProviders {
    private static final String CODE = "not-available";
    private static final String PLUGIN = "CreateEpFactories";

    private final OrtEnvironment environment;
    private final Set<String> registered = new HashSet<>();

    ExecutionProviders(OrtEnvironment environment) {
        this.environment = environment;
    }

    /// Registers plugin libraries, those that are not registered yet.
    ///
    /// @param libraries files by names
    /// @throws ProblemException `library-missing`, `library-unloadable`, `library-no-plugin` or `library-no-device`
    void register(SortedMap<String, String> libraries) {
        libraries.forEach((name, file) -> {
            if (!registered.contains(name)) {
                register(name, Path.of(file));
                registered.add(name);
            }
        });
    }

    private void register(String name, Path file) {
        if (!Files.isRegularFile(file)) {
            throw Problem.error("library-missing", file.toString(), "there is no such plugin library",
                    "Give the file of an execution provider with --ep-library NAME=FILE.").toException();
        }
        int before = devices().size();
        try {
            environment.registerExecutionProviderLibrary(name, file.toString());
        } catch (OrtException e) {
            String reason = reason(e).replaceFirst("^Failed to load library .* with error: ", "")
                    .replace(file + ": ", "");
            throw new ProblemException(reason.contains(PLUGIN)
                    ? Problem.error("library-no-plugin", file.toString(),
                            "the library holds no execution provider (it has no " + PLUGIN + ")",
                            "Give the plugin library of an execution provider, not one it is linked with.")
                    : Problem.error("library-unloadable", file.toString(),
                            "the file is no library that can be loaded here (" + reason + ")",
                            "Give a library for " + System.getProperty("os.name") + " on "
                                    + System.getProperty("os.arch") + ", with all that it is linked with."),
                    e);
        }
        if (devices().size() == before) {
            throw Problem.error("library-no-device", file.toString(),
                    "the plugin library is loaded and offers no device on this machine",
                    "Look with `lathe detect` whether its device is here and its driver works.").toException();
        }
    }

    /// What there is, as the runtime lists it.
    RuntimeOffer offer() {
        return new RuntimeOffer(
                OrtEnvironment.getAvailableProviders().stream().map(OrtProvider::getName).toList(),
                devices().stream().map(ExecutionProviders::device).toList());
    }

    private static RuntimeOffer.Device device(OrtEpDevice device) {
        SortedMap<String, String> metadata = new TreeMap<>(device.getEpMetadata());
        metadata.putAll(device.getDevice().getMetadata());
        return new RuntimeOffer.Device(device.getEpName(), kind(device), device.getDevice().getVendor(),
                device.getDevice().getVendorId(), device.getDevice().getDeviceId(), metadata);
    }

    private static String kind(OrtEpDevice device) {
        return device.getDevice().getType().name().toLowerCase(Locale.ROOT);
    }

    private List<OrtEpDevice> devices() {
        try {
            return environment.getEpDevices();
        } catch (OrtException e) {
            throw new ProblemException(Problem.error("runtime-devices", "", "ONNX Runtime lists no devices ("
                    + reason(e) + ")", "Run again with --verbose and report it."), e);
        }
    }

    /// Tells a session to run on a target.
    ///
    /// @return the provider's full name
    /// @throws ProblemException `not-available` if it is not here or cannot be started
    String add(Target target, OrtSession.SessionOptions options) {
        if (target.isCpu()) {
            return OrtProvider.CPU.getName();
        }
        register(target.libraries());
        List<OrtEpDevice> offered = devices().stream()
                .filter(d -> Target.shortName(d.getEpName()).equals(target.provider())).toList();
        try {
            if (!offered.isEmpty()) {
                options.addExecutionProvider(List.of(chosen(target, offered)), target.options());
                return offered.getFirst().getEpName();
            }
            OrtProvider provider = builtIn(target);
            add(provider, target, options);
            return provider.getName();
        } catch (OrtException e) {
            throw new ProblemException(Problem.error(CODE, target.name(),
                    "ONNX Runtime cannot start this execution provider (" + reason(e) + ")",
                    "Look with `lathe detect` whether its device is here and its driver works; its libraries must be of the versions"
                            + " that this ONNX Runtime was built with."),
                    e);
        }
    }

    /// By number or kind; without either the first that is not the processor, if there is one.
    private static OrtEpDevice chosen(Target target, List<OrtEpDevice> offered) {
        List<OrtEpDevice> fitting = target.device().isEmpty()
                ? offered.stream().sorted((a, b) -> Boolean.compare(kind(a).equals("cpu"), kind(b).equals("cpu")))
                        .toList()
                : IntStream.range(0, offered.size()).filter(i -> String.valueOf(i).equals(target.device())
                        || kind(offered.get(i)).equals(target.device())).mapToObj(offered::get).toList();
        if (fitting.isEmpty()) {
            throw Problem.error(CODE, target.name(), "the execution provider offers no such device here; it has "
                    + String.join(", ", offered.stream().map(ExecutionProviders::kind).distinct().toList()),
                    "Choose one of these, or give its number, from 0.").toException();
        }
        return fitting.getFirst();
    }

    private OrtProvider builtIn(Target target) {
        Set<String> here = new TreeSet<>();
        OrtEnvironment.getAvailableProviders().forEach(p -> here.add(Target.shortName(p.getName())));
        devices().forEach(d -> here.add(Target.shortName(d.getEpName())));
        OrtProvider provider = Arrays.stream(OrtProvider.values())
                .filter(p -> Target.shortName(p.getName()).equals(target.provider())).findFirst()
                .orElseThrow(() -> unknown(target, here).toException());
        if (!here.contains(target.provider())) {
            throw Problem.error(CODE, provider.getName(),
                    "this ONNX Runtime comes without this execution provider; it has " + String.join(", ", here),
                    "`lathe targets` says what would bring it.").toException();
        }
        return provider;
    }

    private static Problem unknown(Target target, Set<String> here) {
        Set<String> known = new TreeSet<>(here);
        Arrays.stream(OrtProvider.values()).forEach(p -> known.add(Target.shortName(p.getName())));
        return Problem.error("provider-unknown", target.name(), "ONNX Runtime knows no execution provider of this name",
                Nearest.to(target.provider(), known).map(n -> "Did you mean " + n + "? ").orElse("") + "Known are "
                        + String.join(", ", known) + "; a plugin library brings others: --ep-library NAME=FILE.");
    }

    private static void add(OrtProvider provider, Target target, OrtSession.SessionOptions options)
            throws OrtException {
        Map<String, String> told = target.options();
        switch (provider) {
            case CUDA -> {
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index(target))) {
                    for (Map.Entry<String, String> option : told.entrySet()) {
                        cuda.add(option.getKey(), option.getValue());
                    }
                    options.addCUDA(cuda);
                }
            }
            case TENSOR_RT -> {
                try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(index(target))) {
                    for (Map.Entry<String, String> option : told.entrySet()) {
                        tensorRt.add(option.getKey(), option.getValue());
                    }
                    options.addTensorrt(tensorRt);
                }
            }
            case XNNPACK -> options.addXnnpack(told);
            case QNN -> options.addQnn(told);
            case WEBGPU -> options.addWebGPU(told);
            case CORE_ML -> options.addCoreML(told);
            case ROCM, DNNL, OPEN_VINO, NNAPI, DIRECT_ML, ACL -> addWithoutOptions(provider, target, options);
            case CPU -> {
                // always there
            }
            case VITIS_AI, RK_NPU, MI_GRAPH_X, AZURE -> throw Problem.error(CODE, target.name(),
                    "the Java binding of ONNX Runtime has no call for this execution provider",
                    "Use its plugin library: --ep-library NAME=FILE.").toException();
        }
    }

    private static void addWithoutOptions(OrtProvider provider, Target target, OrtSession.SessionOptions options)
            throws OrtException {
        if (!target.options().isEmpty()) {
            throw Problem.error("options-unsupported", target.name(),
                    "the Java binding of ONNX Runtime hands no options to this execution provider",
                    "Leave out --ep-option, or use the provider's plugin library.").toException();
        }
        switch (provider) {
            case ROCM -> options.addROCM(index(target));
            case DNNL -> options.addDnnl(true);
            case OPEN_VINO -> options
                    .addOpenVINO(target.device().isEmpty() ? "CPU" : target.device().toUpperCase(Locale.ROOT));
            case NNAPI -> options.addNnapi();
            case DIRECT_ML -> options.addDirectML(index(target));
            case ACL -> options.addACL(true);
            case CPU, CUDA, VITIS_AI, TENSOR_RT, RK_NPU, MI_GRAPH_X, CORE_ML, XNNPACK, AZURE, QNN, WEBGPU ->
                throw new IllegalStateException(provider.toString());
        }
    }

    private static int index(Target target) {
        return target.device().matches("\\d{1,4}") ? Integer.parseInt(target.device()) : 0;
    }

    /// The runtime's words without its codes.
    static String reason(OrtException e) {
        return String.valueOf(e.getMessage()).strip().replaceFirst("^Error code - \\w+ - message: ", "").lines()
                .findFirst().orElse("no reason given");
    }
}
