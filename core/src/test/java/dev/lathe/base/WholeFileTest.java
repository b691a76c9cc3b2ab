package dev.lathe.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void takesThePlaceOfWhatStoodThere() throws IOException {
        Path file = folder.resolve("new/kept.json");
        WholeFile.write(file, "one");
        WholeFile.write(file, "other");
        assertThat(file).hasContent("other");
        try (Stream<Path> names = Files.list(folder.resolve("new"))) {
            assertThat(names).containsExactly(file);
        }
    }

    @Test
    void leavesNothingBesideWhatCannotBeReplaced() throws IOException {
        Path file = folder.resolve("kept.json");
        Files.createDirectories(file.resolve("full"));
        assertThatThrownBy(() -> WholeFile.write(file, "one")).isInstanceOf(IOException.class);
        try (Stream<Path> names = Files.list(folder)) {
            assertThat(names).containsExactly(file);
        }
    }
}
