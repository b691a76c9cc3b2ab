package dev.lathe.evaluate.look;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.image.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The files of a folder and of the folders in it, two levels deep, by what their names say.
///
/// @param root the folder
/// @param files paths relative to it, sorted
record FolderContent(Path root, List<Path> files) {
    private static final int LEVELS = 3;
    private static final int MOST = 200_000;

    /// Copies the list.
    FolderContent {
        files = List.copyOf(files);
    }

    static FolderContent of(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw Problem.error("dataset-file-missing", folder.toString(), "there is no such folder of data",
                    "Name the folder that holds the samples.").toException();
        }
        try (Stream<Path> found = Files.walk(folder, LEVELS)) {
            return new FolderContent(folder,
                    found.filter(Files::isRegularFile).limit(MOST).map(folder::relativize).sorted().toList());
        } catch (IOException e) {
            throw new ProblemException(Problem.error("dataset-unreadable", folder.toString(),
                    "cannot be read (" + e.getClass().getSimpleName() + ")", "Check that the folder may be read."), e);
        }
    }

    /// A path as a description has it.
    static String text(Path path) {
        return path.toString().replace('\\', '/');
    }

    List<Path> named(Predicate<String> name) {
        return files.stream().filter(f -> name.test(f.getFileName().toString().toLowerCase(Locale.ROOT))).toList();
    }

    Optional<Path> first(Predicate<String> name) {
        return named(name).stream().findFirst();
    }

    List<Path> tables() {
        return named(n -> n.endsWith(".csv") || n.endsWith(".tsv"));
    }

    /// The folder with the most pictures in it or in the folders in it, relative to the root; empty where there are none.
    Optional<Pictures> pictures() {
        SortedMap<String, List<Path>> byFolder = new TreeMap<>();
        files.stream().filter(ImageFile::hasPictureName)
                .forEach(f -> byFolder.computeIfAbsent(parent(f), _ -> new ArrayList<>()).add(f));
        if (byFolder.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, List<String>> classes = new TreeMap<>();
        byFolder.keySet().stream().filter(f -> !f.isEmpty())
                .forEach(f -> classes.computeIfAbsent(parent(Path.of(f)), _ -> new ArrayList<>()).add(f));
        String most = byFolder.keySet().stream()
                .max((a, b) -> Integer.compare(byFolder.getOrDefault(a, List.of()).size(),
                        byFolder.getOrDefault(b, List.of()).size()))
                .orElse("");
        Optional<String> above = classes.entrySet().stream().filter(e -> e.getValue().size() > 1).map(e -> e.getKey())
                .filter(k -> !byFolder.containsKey(k)).findFirst();
        List<Path> own = byFolder.getOrDefault(most, List.of());
        return Optional.of(above.map(a -> new Pictures(a, classes.getOrDefault(a, List.of()),
                byFolder.entrySet().stream().filter(e -> parent(Path.of(e.getKey())).equals(a))
                        .flatMap(e -> e.getValue().stream()).toList()))
                .orElseGet(() -> new Pictures(most, List.of(), own)));
    }

    private static String parent(Path file) {
        return Optional.ofNullable(file.getParent()).map(FolderContent::text).orElse("");
    }

    /// Pictures that belong together.
    ///
    /// @param folder where they are; empty for the root
    /// @param classes folders of one class each; empty where there are none
    record Pictures(String folder, List<String> classes, List<Path> files) {
        Pictures {
            classes = List.copyOf(classes);
            files = List.copyOf(files);
        }
    }
}
