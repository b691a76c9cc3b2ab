package dev.lathe.app.engine.store;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Removes the files that no run refers to. The history itself loses nothing: a variant that is asked for again is made
/// again, to the same bytes.
///
/// A run names what it uses before it looks whether it is there, and this looks and deletes in one transaction, which
/// nobody can come between: what a run that begins meanwhile uses is either kept, or found missing and made again.
final class Cleaning {
    private static final Pattern VARIANT_FILE = Pattern.compile("([0-9a-f]{12})\\.onnx.*");
    private static final String UNFINISHED = ".part";

    private final Workspace workspace;
    private final Database database;
    private final RunList runs;

    Cleaning(Workspace workspace, Database database, RunList runs) {
        this.workspace = workspace;
        this.database = database;
        this.runs = runs;
    }

    /// What would be removed.
    Leftovers find() {
        return database.together(this::found);
    }

    /// Removes it.
    Leftovers remove() {
        return database.together(() -> {
            Leftovers leftovers = found();
            leftovers.items().forEach(item -> delete(workspace.root().resolve(item.path())));
            return leftovers;
        });
    }

    private Leftovers found() {
        List<Leftovers.Item> items = new ArrayList<>();
        boolean writing = runs.isAnyAlive();
        Set<String> variants = usedVariants();
        for (Path file : entries(workspace.variants())) {
            Matcher name = VARIANT_FILE.matcher(file.getFileName().toString());
            if (isUnfinished(file)) {
                unfinished(file, writing).ifPresent(items::add);
            } else if (name.matches() && !variants.contains(name.group(1))) {
                items.add(item(file, "variant"));
            }
        }
        Set<String> folders = usedFolders();
        for (Path folder : entries(workspace.runs())) {
            if (isUnfinished(folder)) {
                unfinished(folder, writing).ifPresent(items::add);
            } else if (Files.isDirectory(folder) && !folders.contains(folder.getFileName().toString())) {
                items.add(item(folder, RunId.isRunId(folder.getFileName().toString()) ? "raw log" : "bundle"));
            }
        }
        return new Leftovers(items);
    }

    private static boolean isUnfinished(Path file) {
        return file.getFileName().toString().endsWith(UNFINISHED);
    }

    /// Half a file is of use to its writer alone.
    private Optional<Leftovers.Item> unfinished(Path file, boolean writing) {
        return writing ? Optional.empty() : Optional.of(item(file, "unfinished file"));
    }

    private Set<String> usedVariants() {
        Set<String> used = new HashSet<>(database.list("""
                SELECT u.name FROM run_uses u JOIN kept_runs r ON r.seq = u.run WHERE u.kind = 'variant'
                UNION SELECT v.id FROM variants v JOIN kept_runs r ON r.model_sha256 = v.parent_sha256
                WHERE r.state <> 'finished'""", row -> row.getString(1)));
        for (String model : database.list("SELECT DISTINCT model_path FROM kept_runs", row -> row.getString(1))) {
            Path file = Path.of(model);
            if (file.startsWith(workspace.variants())) {
                Matcher name = VARIANT_FILE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    used.add(name.group(1));
                }
            }
        }
        return used;
    }

    private Set<String> usedFolders() {
        Set<String> used = new HashSet<>();
        // by their last name, which is unique in there, so that a workspace can be moved
        // raw logs of loads lie in a folder of the run's name
        database.list("SELECT id FROM kept_runs", row -> row.getString(1)).forEach(used::add);
        database.list("SELECT u.name FROM run_uses u JOIN kept_runs r ON r.seq = u.run WHERE u.kind = 'bundle'",
                row -> Path.of(row.getString(1)).getFileName()).forEach(name -> used.add(String.valueOf(name)));
        return used;
    }

    private Leftovers.Item item(Path file, String kind) {
        return new Leftovers.Item(Path.of(workspace.relative(file)), kind, sizeBytes(file));
    }

    private List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private long sizeBytes(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        } catch (IOException e) {
            throw unreadable(root, e);
        }
    }

    private void delete(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw unreadable(root, e);
        }
    }

    private static ProblemException unreadable(Path file, IOException e) {
        return new ProblemException(Problem.error("clean-failed", file.toString(),
                "the file cannot be removed (" + e.getMessage() + ")",
                "Free the file, or mend its permissions, and clean again."), e);
    }
}
