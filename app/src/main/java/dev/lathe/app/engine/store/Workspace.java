package dev.lathe.app.engine.store;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// The folder that holds what Lathe keeps between two calls.
///
/// @param root absolute; it need not exist until [#prepare()]
public record Workspace(Path root) {

    /// Makes the root absolute.
    public Workspace {
        root = root.toAbsolutePath().normalize();
    }

    /// The workspace in the platform's data folder: `$XDG_DATA_HOME/lathe`, else `~/.local/share/lathe`.
    ///
    /// On macOS `~/Library/Application Support/Lathe`, on Windows `%LOCALAPPDATA%\Lathe`.
    public static Workspace standard() {
        return new Workspace(
                standardRoot(System.getProperty("os.name", ""), System.getenv(),
                        Path.of(System.getProperty("user.home", "."))));
    }

    static Path standardRoot(String osName, Map<String, String> environment, Path home) {
        String os = osName.toLowerCase(Locale.ROOT);
        if (os.startsWith("windows")) {
            String local = environment.getOrDefault("LOCALAPPDATA", "");
            return (local.isEmpty() ? home.resolve("AppData").resolve("Local") : Path.of(local)).resolve("Lathe");
        }
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        // The XDG Base Directory Specification: a relative path is invalid and to be ignored.
        if (!data.isEmpty() && Path.of(data).isAbsolute()) {
            return Path.of(data).resolve("lathe");
        }
        if (os.startsWith("mac")) {
            return home.resolve("Library").resolve("Application Support").resolve("Lathe");
        }
        return home.resolve(".local").resolve("share").resolve("lathe");
    }

    /// The history, an SQLite file.
    public Path database() {
        return root.resolve("workbench.db");
    }

    /// The folder of the variants, each of them `<id>.onnx`.
    public Path variants() {
        return root.resolve("variants");
    }

    /// The folder of what a run leaves besides its rows in the history.
    public Path runs() {
        return root.resolve("runs");
    }

    /// The folder of what can be made again, such as unpacked native libraries.
    public Path cache() {
        return root.resolve("cache");
    }

    /// A path as the history keeps it: relative to the root and with `/`, so that the workspace can be moved.
    ///
    /// @throws IllegalArgumentException if the file lies outside of the workspace
    public String relative(Path file) {
        Path inside = root.resolve(file).normalize();
        if (!inside.startsWith(root)) {
            throw new IllegalArgumentException(file + " is not inside of the workspace " + root);
        }
        return root.relativize(inside).toString().replace('\\', '/');
    }

    /// Creates the folders that are missing.
    ///
    /// @return this workspace
    /// @throws ProblemException `workspace-unwritable` if a folder cannot be created or written
    public Workspace prepare() {
        try {
            for (Path folder : new Path[]{variants(), runs(), cache()}) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new ProblemException(unwritable(reason(e)), e);
        }
        if (!Files.isWritable(root)) {
            throw unwritable("permission denied").toException();
        }
        return this;
    }

    Problem unwritable(String reason) {
        return Problem.error("workspace-unwritable", root.toString(),
                "the workspace cannot be written (" + reason + ")",
                "Choose a folder you can write with --workspace.");
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException exists -> exists.getFile() + " is a file";
            case NoSuchFileException missing -> missing.getFile() + " cannot be created";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            case IOException other -> String.valueOf(other.getMessage());
        };
    }
}
