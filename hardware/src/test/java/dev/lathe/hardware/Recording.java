package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        Map<String, Host.Output> outputs = outputs();
        Host.Commands commands = (Duration _, List<String> command) -> {
            String line = String.join(" ", command);
            Host.Output output = outputs.get(line.replace("\"", ""));
            return output == null
                    ? Reading.unknown(command.getFirst() + " is not in the recording")
                    : Reading.known(output, line);
        };
        return new Host(folder.resolve("root"), commands, natives());
    }

    private Map<String, Host.Output> outputs() {
        Map<String, Host.Output> outputs = new HashMap<>();
        Path folderOfCommands = folder.resolve("commands");
        if (!Files.exists(folderOfCommands)) {
            return outputs;
        }
        try (Stream<Path> files = Files.list(folderOfCommands)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".txt")).toList()) {
                String text = Files.readString(file);
                int lineEnd = text.indexOf('\n');
                Path exit = Path.of(file.toString().replaceFirst("\\.txt$", ".exit"));
                int status = Files.exists(exit) ? Integer.parseInt(Files.readString(exit).strip()) : 0;
                outputs.put(text.substring(0, lineEnd).strip().replace("\"", ""),
                        new Host.Output(status, text.substring(lineEnd + 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return outputs;
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
    }
}
