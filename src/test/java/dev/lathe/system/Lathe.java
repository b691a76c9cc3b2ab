package dev.lathe.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A user of the built program, with a home folder of its own.
final class Lathe {
    static final Path REPOSITORY = Path.of(System.getProperty("lathe.repository", "../..")).toAbsolutePath()
            .normalize();
    static final Path SAMPLES = REPOSITORY.resolve("app/samples");
    private static final Path JAR = REPOSITORY.resolve("app/target/lathe.jar");
    /// Only a hung program gets here; how long a sound one takes is nobody's business in a test.
    private static final int PATIENCE_MINUTES = 15;
    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private Optional<Path> tools = Optional.empty();
    private int runs;

    /// @param folder where commands are given, and the home of the history
    Lathe(Path folder) {
        this.folder = folder;
    }

    /// The same user with a folder of programs that is looked at first.
    Lathe withTools(Path first) {
        tools = Optional.of(first);
        return this;
    }

    /// What a command left behind.
    ///
    /// @param command as it was given
    /// @param exitCode of the process
    /// @param out lines of stdout
    /// @param err lines of stderr
    record Run(String command, int exitCode, List<String> out, List<String> err) {

        /// Asserts that the command succeeded.
        Run succeeded() {
            assertThat(exitCode).as("exit code of `%s`; stderr: %s", command, err).isZero();
            return this;
        }

        /// The lines of stdout, each of which must be a JSON object.
        List<JsonNode> events() {
            return out.stream().map(JSON::readTree).toList();
        }

        /// The events of one kind.
        List<JsonNode> events(String kind) {
            return events().stream().filter(e -> e.path("event").asString().equals(kind)).toList();
        }
    }

    /// The folder of the history, where the command line looks for it.
    Path workspace() {
        return folder.resolve("home/lathe");
    }

    /// Gives a command and waits until it has ended.
    Run run(String... arguments) throws IOException, InterruptedException {
        Path out = folder.resolve("run-" + runs + ".out");
        Path err = folder.resolve("run-" + runs++ + ".err");
        Process process = builder(List.of(arguments)).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES))
                    .as("lathe %s ends at all", List.of(arguments)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run("lathe " + String.join(" ", arguments), process.exitValue(), Files.readAllLines(out),
                Files.readAllLines(err));
    }

    /// Gives a command and leaves it running; its stdout can be read, its stderr is dropped.
    Process start(String... arguments) throws IOException {
        return builder(List.of(arguments)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private ProcessBuilder builder(List<String> arguments) {
        assertThat(JAR).as("the module app is built before this one").isRegularFile();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC", "-Xss2m",
                        "-Dlathe.home=" + REPOSITORY, "-cp", JAR.toString(), "dev.lathe.app.cli.Main"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("XDG_DATA_HOME", folder.resolve("home").toString());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        tools.ifPresent(first -> builder.environment().merge("PATH", first.toString(),
                (path, more) -> more + File.pathSeparator + path));
        return builder;
    }

    /// A folder of the models that are shared between this project's checkouts, if it is there.
    static Optional<Path> shared(String name) {
        String set = System.getProperty("lathe.shared");
        Path root = set == null ? REPOSITORY.resolveSibling("shared") : Path.of(set);
        return Optional.of(root.resolve(name)).filter(Files::isDirectory);
    }
}
