package dev.lathe.export;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A written bundle: model, samples, manifest, README and one folder per format.
///
/// @param folder where it is
/// @param files what it holds, relative to the folder, in the order it was written
/// @param warnings what its user should know
public record Bundle(Path folder, List<String> files, List<Problem> warnings) {

    /// Copies the lists.
    public Bundle {
        files = List.copyOf(files);
        warnings = List.copyOf(warnings);
    }

    /// Writes a bundle that cannot be cancelled; see [#write(Path, Deployment, List, boolean, Cancellation)].
    public static Bundle write(Path out, Deployment deployment, List<Exporter> exporters, boolean force) {
        return write(out, deployment, exporters, force, new Cancellation());
    }

    /// Writes a bundle: all of it or nothing.
    ///
    /// It is written as `*.part` beside its place and moved there at once. The model is copied, never linked to, so that
    /// neither changes with the other; its second copy inside the bundle is a hard link where the file system has them.
    ///
    /// @param out the bundle's folder, which must not exist; with `force` an older bundle there is replaced (and only a bundle)
    /// @throws ProblemException with every error there is; nothing was written
    /// @throws java.util.concurrent.CancellationException if cancelled; nothing was written
    public static Bundle write(Path out, Deployment deployment, List<Exporter> exporters, boolean force,
            Cancellation cancellation) {
        List<Problem> problems = check(deployment, exporters);
        problems.addAll(place(out, force));
        stopOnError(problems);
        Draft draft = Draft.of(deployment, exporters);
        stopOnError(draft.check());
        try (StagedFolder staged = StagedFolder.beside(out)) {
            cancellation.throwIfCancelled();
            List<String> files = draft.writeTo(staged, problems, cancellation);
            staged.publish(force);
            return new Bundle(out, files, problems);
        } catch (IOException e) {
            throw new ProblemException(StagedFolder.trouble(out, e), e);
        }
    }

    /// Everything that stands in the way of a bundle, wherever it is written to, and what its user should know.
    public static List<Problem> check(Deployment deployment, List<Exporter> exporters) {
        List<Problem> problems = new ArrayList<>(deployment.serving().check());
        if (!deployment.modelName().equals(Deployment.safeName(deployment.modelName()))) {
            problems.add(Problem.error("model-name-unsafe", deployment.modelName(), "is not safe as a folder's name",
                    "Name it " + Deployment.safeName(deployment.modelName()) + "."));
        }
        problems.addAll(modelFiles(deployment.model()));
        problems.addAll(new Samples(deployment).check());
        exporters.forEach(e -> problems.addAll(e.check(deployment)));
        return problems;
    }

    private static List<Problem> modelFiles(Deployment.ModelFile model) {
        if (!Files.isRegularFile(model.path())) {
            return List.of(Problem.error("model-missing", model.path().toString(), "there is no such file",
                    "Give the path of an ONNX model."));
        }
        List<Problem> problems = new ArrayList<>();
        Path folder = model.path().toAbsolutePath().normalize().resolveSibling(".").normalize();
        for (String name : model.externalData()) {
            Path file = folder.resolve(name).normalize();
            if (!file.startsWith(folder) || Path.of(name).isAbsolute() || leaves(folder, file)) {
                problems.add(Problem.error("external-data-outside", model.path().toString(),
                        "external data " + name + " lies outside the model's folder",
                        "Move it beside the model and let the model name it there."));
            } else if (!Files.isRegularFile(file)) {
                problems.add(Problem.error("external-data-missing", model.path().toString(),
                        "external data " + name + " is missing", "Put it beside the model."));
            }
        }
        return problems;
    }

    private static boolean leaves(Path folder, Path file) {
        try {
            return Files.exists(file) && !file.toRealPath().startsWith(folder.toRealPath());
        } catch (IOException _) {
            return true;
        }
    }

    private static List<Problem> place(Path out, boolean force) {
        if (!Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        if (!force) {
            return List.of(StagedFolder.exists(out));
        }
        return isBundle(out)
                ? List.of()
                : List.of(Problem.error("output-not-a-bundle", out.toString(),
                        "it exists and is no Lathe bundle, so --force does not replace it", "Choose another --out."));
    }

    private static boolean isBundle(Path out) {
        try {
            return Files.isDirectory(out) && Manifest.isManifest(Files.readString(out.resolve(Manifest.FILE)));
        } catch (IOException _) {
            return false;
        }
    }

    private static void stopOnError(Collection<Problem> problems) {
        List<Problem> errors = problems.stream().filter(p -> p.severity() == Severity.ERROR).toList();
        if (!errors.isEmpty()) {
            throw new ProblemException(errors);
        }
    }

    /// What is going to be written.
    private record Draft(Deployment deployment, String modelPath, LinkedHashMap<String, List<ExportFile>> formats) {

        static Draft of(Deployment deployment, List<Exporter> exporters) {
            LinkedHashMap<String, List<ExportFile>> formats = new LinkedHashMap<>();
            exporters.forEach(e -> formats.put(e.info().id(), List.copyOf(e.render(deployment))));
            return new Draft(deployment, "model/" + deployment.modelName() + ".onnx", formats);
        }

        /// Paths that leave the bundle or meet.
        List<Problem> check() {
            List<Problem> problems = new ArrayList<>();
            Set<String> seen = new HashSet<>();
            List<String> paths = new ArrayList<>(List.of(Manifest.FILE, BundleReadme.FILE));
            paths.addAll(modelPaths(modelPath));
            paths.addAll(new Samples(deployment).files().keySet());
            formats.values().forEach(files -> files.forEach(f -> paths.addAll(paths(f))));
            for (String path : paths) {
                Path relative = Path.of(path);
                if (relative.isAbsolute() || !relative.normalize().equals(relative) || relative.startsWith("..")) {
                    problems.add(Problem.error("path-outside-bundle", path, "a file lies outside the bundle",
                            "Report this: the format is wrong."));
                }
                if (!seen.add(path.toLowerCase(Locale.ROOT))) {
                    problems.add(Problem.error("path-twice", path, "two files of the bundle have this name",
                            "Rename the model or its external data."));
                }
            }
            return problems;
        }

        private List<String> paths(ExportFile file) {
            return switch (file) {
                case ExportFile.Text text -> List.of(text.path());
                case ExportFile.ModelCopy copy -> modelPaths(copy.path());
                case ExportFile.Instructions _ -> List.of();
            };
        }

        /// The model at a path, then its external data beside it.
        private List<String> modelPaths(String path) {
            String folder = path.substring(0, path.lastIndexOf('/') + 1);
            List<String> paths = new ArrayList<>(List.of(path));
            deployment.model().externalData().forEach(name -> paths.add(folder + name));
            return paths;
        }

        List<String> writeTo(StagedFolder staged, List<Problem> warnings, Cancellation cancellation)
                throws IOException {
            List<Manifest.Written> model = writeModel(staged, cancellation);
            List<String> files = new ArrayList<>(model.stream().map(Manifest.Written::path).toList());
            for (var sample : new Samples(deployment).files().entrySet()) {
                staged.write(sample.getKey(), sample.getValue());
                files.add(sample.getKey());
            }
            LinkedHashMap<String, List<String>> written = new LinkedHashMap<>();
            List<String> instructions = new ArrayList<>();
            for (var format : formats.entrySet()) {
                for (ExportFile file : format.getValue()) {
                    cancellation.throwIfCancelled();
                    writeFile(staged, file, instructions, cancellation);
                }
                written.put(format.getKey(), format.getValue().stream().flatMap(f -> paths(f).stream()).toList());
            }
            written.values().forEach(files::addAll);
            write(staged, files, BundleReadme.FILE, BundleReadme.render(deployment, instructions, warnings));
            write(staged, files, Manifest.FILE, Manifest.render(deployment, model, written, warnings));
            cancellation.throwIfCancelled();
            return files;
        }

        private List<Manifest.Written> writeModel(StagedFolder staged, Cancellation cancellation) throws IOException {
            List<String> targets = modelPaths(modelPath);
            List<Manifest.Written> written = new ArrayList<>();
            Path source = deployment.model().path().toAbsolutePath();
            written.add(staged.copy(source, targets.getFirst(), cancellation));
            String sha256 = written.getFirst().sha256();
            if (!sha256.equals(deployment.model().sha256())) {
                throw Problem.error("model-changed", source.toString(),
                        "it has changed since it was measured (SHA-256 was " + deployment.model().sha256()
                                + " and is " + sha256 + ")",
                        "Measure it again.").toException();
            }
            for (int i = 1; i < targets.size(); i++) {
                Path data = source.resolveSibling(deployment.model().externalData().get(i - 1));
                written.add(staged.copy(data, targets.get(i), cancellation));
            }
            return written;
        }

        private void writeFile(StagedFolder staged, ExportFile file, List<String> instructions,
                Cancellation cancellation) throws IOException {
            switch (file) {
                case ExportFile.Text text ->
                    staged.write(text.path(), text.content().getBytes(StandardCharsets.UTF_8));
                case ExportFile.ModelCopy copy -> {
                    List<String> from = modelPaths(modelPath);
                    List<String> to = modelPaths(copy.path());
                    for (int i = 0; i < from.size(); i++) {
                        staged.again(from.get(i), to.get(i), cancellation);
                    }
                }
                case ExportFile.Instructions text -> instructions.add(text.markdown());
            }
        }

        private static void write(StagedFolder staged, List<String> files, String path, String text)
                throws IOException {
            staged.write(path, text.getBytes(StandardCharsets.UTF_8));
            files.add(path);
        }
    }
}
