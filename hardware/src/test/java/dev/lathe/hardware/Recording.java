package dev.lathe.hardware;

import dev.lathe.base.Reading;
import dev.lathe.hardware.nvml.NvmlSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A machine recorded as a folder: its file tree, its tools' output, and what a correct detector says of it.
record Recording(Path folder) {

    /// The folder of the recordings among the test resources.
    static Path shipped() {
        try {
            return Path.of(Objects.requireNonNull(Recording.class.getResource("/recordings")).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Recording> in(Path folder) {
        try (Stream<Path> machines = Files.list(folder)) {
            return machines.filter(machine -> Files.exists(machine.resolve("expected.json"))).sorted()
                    .map(Recording::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return folder.getFileName().toString();
    }

    JsonNode expected() {
        return JsonMapper.shared().readTree(folder.resolve("expected.json"));
    }

    Host host() {
        RecordedCommands commands = RecordedCommands.in(folder.resolve("commands"));
        return new Host(root(), (Duration _, List<String> command) -> commands.run(command), natives());
    }

    /// The tree in the archive, which stays open as long as the test's JVM; or beside it as plain files.
    private Path root() {
        Path archive = folder.resolve("root.zip");
        try {
            return Files.exists(archive)
                    ? FileSystems.newFileSystem(archive).getPath("/")
                    : folder.resolve("root");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The operating system and the architecture are those of the JVM that would run there; no native call was recorded.
    private Host.Natives natives() {
        JsonNode expected = expected();
        String system = expected.path("os").asString();
        String architecture = expected.path("arch").asString("");
        return new SilentNatives(system, architecture);
    }

    record SilentNatives(String operatingSystem, String architecture) implements Host.Natives {
        private static final String WHY = "native calls were not recorded";

        @Override
        public Reading<Cpu> cpu() {
            return Reading.unknown(WHY);
        }

        @Override
        public Reading<List<Gpu>> gpus() {
            return Reading.unknown(WHY);
        }

        @Override
        public Reading<Long> memoryBytes() {
            return Reading.unknown(WHY);
        }

        @Override
        public Reading<NvmlSnapshot> nvml() {
            return Reading.unknown(WHY);
        }
    }
}
