package dev.lathe.profile;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Unpacks ONNX Runtime's native libraries once into the cache, where every worker finds them; by itself the binding
/// unpacks 20 MB to the temporary folder at each start. Reads them as files: no class of the runtime is touched.
final class NativeLibraries {
    private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");

    private static final int HASH_DIGITS = 12;

    private NativeLibraries() {}

    /// What the virtual machine is told of where ONNX Runtime's libraries lie.
    ///
    /// @param home the user's own build, or empty for the one that comes along
    /// @throws ProblemException `runtime-missing` if there is no such library in it
    static List<String> options(Path cache, Optional<Path> home) {
        Optional<Path> own = onnxRuntime(cache);
        if (home.isEmpty()) {
            return own.map(folder -> "-Donnxruntime.native.path=" + folder).stream().toList();
        }
        Path folder = library(home.get());
        String binding = System.mapLibraryName(NAMES.getLast());
        return List.of("-Donnxruntime.native.path=" + (Files.exists(folder.resolve(binding)) || own.isEmpty()
                ? folder
                : together(cache, folder, own.get().resolve(binding))));
    }

    /// A build without Java has no binding of its own, and all libraries must lie in one folder: one of links to the
    /// build's, beside the binding that comes along.
    private static Path together(Path cache, Path folder, Path binding) {
        Path links = cache.resolve("onnxruntime-of-" + Sha256.ofText(folder.toString()).substring(0, HASH_DIGITS));
        try (Stream<Path> files = Files.list(folder)) {
            Files.createDirectories(links);
            link(binding, links);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                link(file, links);
            }
            return links;
        } catch (IOException e) {
            throw new ProblemException(Problem.error("runtime-unusable", folder.toString(),
                    "its libraries cannot be put beside the Java binding (" + e.getMessage() + ")",
                    "Build ONNX Runtime with --build_java, so that it has a binding of its own."), e);
        }
    }

    private static void link(Path file, Path folder) throws IOException {
        Path link = folder.resolve(String.valueOf(file.getFileName()));
        if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(file)) {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, file);
        }
    }

    private static Path library(Path home) {
        String file = System.mapLibraryName(NAMES.getFirst());
        return List.of(home, home.resolve("lib")).stream().map(Path::toAbsolutePath)
                .filter(folder -> Files.isRegularFile(folder.resolve(file))).findFirst()
                .orElseThrow(() -> Problem.error("runtime-missing", home.toString(),
                        "there is no " + file + " in this folder",
                        "Give the folder of a build of ONNX Runtime for this platform with --ort-home.").toException());
    }

    /// The folder to give as `onnxruntime.native.path`; empty where the class path has no libraries for this platform,
    /// in which case the binding looks for itself.
    static Optional<Path> onnxRuntime(Path cache) {
        String folder = "ai/onnxruntime/native/" + platform() + "/";
        ClassLoader loader = NativeLibraries.class.getClassLoader();
        try {
            for (String name : NAMES) {
                String file = System.mapLibraryName(name);
                try (InputStream in = loader.getResourceAsStream(folder + file)) {
                    if (in == null) {
                        return Optional.empty();
                    }
                    unpack(in, directory(cache, loader, folder).resolve(file));
                }
            }
            return Optional.of(directory(cache, loader, folder));
        } catch (IOException e) {
            throw new ProblemException(Problem.error("cache-unwritable", cache.toString(),
                    "native libraries cannot be unpacked there (" + e.getMessage() + ")",
                    "Free some space, or choose another workspace with --workspace."), e);
        }
    }

    /// One folder for each version: the size of the library tells versions apart.
    private static Path directory(Path cache, ClassLoader loader, String folder) throws IOException {
        var url = loader.getResource(folder + System.mapLibraryName(NAMES.getFirst()));
        long size = url == null ? 0 : url.openConnection().getContentLengthLong();
        return Files.createDirectories(cache.resolve("onnxruntime-" + size));
    }

    private static void unpack(InputStream in, Path target) throws IOException {
        if (Files.exists(target)) {
            return;
        }
        Path part = Files.createTempFile(target.toAbsolutePath().getParent(), "library", ".part");
        try {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException _) {
            // another process was quicker
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "");
        String system = os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux";
        return system + "-" + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
    }
}
