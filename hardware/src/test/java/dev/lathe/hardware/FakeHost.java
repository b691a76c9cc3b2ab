package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A Linux machine made of the files a test writes.
final class FakeHost {
    private final Path root;

    FakeHost(Path root) {
        this.root = root;
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
        return new Host(root, (_, command) -> Reading.unknown(command.getFirst() + " cannot be run here"),
                new Recording.SilentNatives("linux", "x86_64"));
    }
}
