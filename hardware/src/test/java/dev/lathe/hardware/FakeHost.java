package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A Linux machine made of the files a test writes.
final class FakeHost {
    private final Path root;
    private final Map<String, Host.Output> commands = new LinkedHashMap<>();

    FakeHost(Path root) {
        this.root = root;
    }

    /// One whose tree lies in an archive, where names may hold what a file system does not allow.
    static FakeHost inArchive(Path folder) {
        try {
            return new FakeHost(FileSystems
                    .newFileSystem(folder.resolve("tree.zip"), Map.of("create", "true")).getPath("/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Answers a command line.
    FakeHost answering(String line, int status, String text) {
        commands.put(line, new Host.Output(status, text));
        return this;
    }

    FakeHost with(String path, String text) {
        Path file = root.resolve(path.substring(1));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Host host() {
        return host(new Recording.SilentNatives("linux", "x86_64"));
    }

    Host host(Host.Natives natives) {
        return new Host(root, (_, command) -> {
            String line = String.join(" ", command);
            return commands.entrySet().stream().filter(entry -> line.startsWith(entry.getKey()))
                    .findFirst().<Reading<Host.Output>>map(entry -> Reading.known(entry.getValue(), line))
                    .orElse(Reading.unknown(command.getFirst() + " cannot be run here"));
        }, natives);
    }
}
