package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The reference pages say what the program does. `-Dgolden.update=true` rewrites them; a person reads the diff.
class ReferencePagesTest {
    private static final Path REPOSITORY = Path.of(System.getProperty("lathe.repository", "..")).toAbsolutePath()
            .normalize();

    @ParameterizedTest
    @ValueSource(strings = {"docs/reference/passes.md", "docs/reference/exporters.md", "docs/reference/cli.md",
        "docs/reference/recipe.schema.json", "optimizer/src/main/resources/dev/lathe/optimize/meanings.json"})
    void referencePageIsUpToDate(String page) throws IOException {
        Path file = REPOSITORY.resolve(page);
        String seen = switch (file.getFileName().toString()) {
            case "passes.md" -> ReferencePages.passes(ReferencePagesTest::source);
            case "exporters.md" -> ReferencePages.exporters();
            case "cli.md" -> ReferencePages.commandLine();
            case "recipe.schema.json" -> ReferencePages.recipeSchema(ReferencePagesTest::source);
            case "meanings.json" -> ReferencePages.meanings(ReferencePagesTest::source);
            default -> throw new IllegalArgumentException(page);
        };
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, seen);
        }

        assertThat(file).as("run the command in the page's first line, and read the diff").content().isEqualTo(seen);
    }

    private static List<String> source(Class<?> type) {
        try {
            return Files.readAllLines(
                    REPOSITORY.resolve("optimizer/src/main/java").resolve(type.getName().replace('.', '/') + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void readsTheCommentOfTheFirstType() {
        assertThat(Javadoc.of(List.of("package p;", "/// Not this.", "", "/// Folds, see [Placement#a].", "///",
                "/// Before: `x[1]`. [Site](https://x.y)", "///", "/// @param a first", "///     and more",
                "/// @param b [B]",
                "@AutoService(Pass.class)", "/// Nor this.", "public record R() {}")))
                .isEqualTo(new Javadoc("Folds, see `Placement#a`.\n\nBefore: `x[1]`. [Site](https://x.y)\n",
                        Map.of("a", "first and more", "b", "`B`")));
    }
}
