package dev.lathe.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's commands work as pasted, one after the other.
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final String LAUNCHER = "./lathe ";

    @TempDir
    Path folder;

    @Test
    void commandsWorkAsPasted() throws Exception {
        Path samples = Files.createDirectories(folder.resolve("app/samples"));
        try (Stream<Path> files = Files.list(Lathe.SAMPLES)) {
            for (Path file : files.toList()) {
                Files.copy(file, samples.resolve(file.getFileName()));
            }
        }
        Lathe user = new Lathe(folder);
        List<String> commands = commands();
        assertThat(commands).as("the first command, and at least five more").hasSizeGreaterThanOrEqualTo(6);
        for (String command : commands) {
            Lathe.Run run = user.run(command.substring(LAUNCHER.length()).split(" +"));
            run.succeeded();
            assertThat(run.out()).as(command).isNotEmpty();
        }
    }

    /// Lines that start the program, without their comments.
    private static List<String> commands() throws IOException {
        String readme = Files.readString(Lathe.REPOSITORY.resolve("README.md"));
        return BLOCK.matcher(readme).results().map(MatchResult::group)
                .flatMap(block -> Arrays.stream(block.split("\n")))
                .filter(line -> line.startsWith(LAUNCHER)).map(line -> line.replaceAll(" +#.*", "").strip()).toList();
    }

    @Test
    void bothMainCommandsAreThere() throws IOException {
        String readme = Files.readString(Lathe.REPOSITORY.resolve("README.md"));
        assertThat(readme).contains("./lathe auto\n").contains("mvn verify\n");
        assertThat(Lathe.REPOSITORY.resolve(".ci/run")).content().contains("mvn -B verify");
    }
}
