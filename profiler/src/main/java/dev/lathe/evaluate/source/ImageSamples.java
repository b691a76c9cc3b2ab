package dev.lathe.evaluate.source;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.description.Source;
import dev.lathe.evaluate.image.ImageFile;
import dev.lathe.evaluate.image.Pixels;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Pictures of a folder or of an IDX file.
final class ImageSamples implements Samples {
    private static final String CORRECT_PATH = "Correct the path, which is relative to the description.";

    private final List<String> names;
    private final List<Optional<String>> labels;
    private final List<Path> files;
    private final IntFunction<Pixels> pictures;
    private final List<String> classes;
    private final Optional<BoxLabels> boxes;

    private ImageSamples(List<String> names, List<Optional<String>> labels, List<Path> files,
            IntFunction<Pixels> pictures, List<String> classes, Optional<BoxLabels> boxes) {
        this.names = names;
        this.labels = labels;
        this.files = files;
        this.pictures = pictures;
        this.classes = classes;
        this.boxes = boxes;
    }

    /// The labelled files where there are labels, else all pictures of the folder, or of the folders in it, whose names are
    /// then the labels; sorted by name.
    static ImageSamples ofFolder(DatasetDescription description, Source.Images source) {
        Path folder = description.resolve(source.folder());
        if (!Files.isDirectory(folder)) {
            throw Problem.error("dataset-file-missing", folder.toString(), "there is no such folder of images",
                    CORRECT_PATH).toException();
        }
        Optional<Path> table = source.labels().map(description::resolve);
        SortedMap<String, Optional<String>> samples = table.isPresent()
                ? labelled(folder, table.get())
                : unlabelled(folder, "", Optional.empty());
        List<String> classes = samples.isEmpty() ? folders(folder) : List.of();
        classes.forEach(c -> samples.putAll(unlabelled(folder.resolve(c), c + "/", Optional.of(c))));
        List<String> names = List.copyOf(samples.keySet());
        List<Path> files = names.stream().map(folder::resolve).toList();
        Optional<Path> boxFile = source.boxes().map(description::resolve);
        Optional<BoxLabels> boxes = boxFile.map(BoxLabels::read);
        boxes.ifPresent(b -> b.requireKnown(names, boxFile.orElseThrow()));
        List<Path> all = Stream.of(table.stream(), boxFile.stream(), files.stream()).flatMap(s -> s).toList();
        return new ImageSamples(names, List.copyOf(samples.values()), all, i -> ImageFile.read(files.get(i)), classes,
                boxes);
    }

    /// The pictures of an IDX file as they are stored.
    static ImageSamples ofIdx(DatasetDescription description, Source.Idx source) {
        Path file = description.resolve(source.images());
        IdxFile images = IdxFile.images(file);
        Optional<Path> labelFile = source.labels().map(description::resolve);
        Optional<IdxFile> labels = labelFile.map(IdxFile::labels);
        labels.filter(l -> l.count() != images.count()).ifPresent(l -> {
            throw Problem.error("dataset-count-mismatch", labelFile.orElseThrow().toString(),
                    "has " + l.count() + " labels, but " + file + " has " + images.count() + " images",
                    "Name the images and labels that belong together.").toException();
        });
        List<Optional<String>> texts = IntStream.range(0, images.count())
                .mapToObj(i -> labels.map(l -> Integer.toString(l.label(i)))).toList();
        return new ImageSamples(List.of(), texts, Stream.concat(Stream.of(file), labelFile.stream()).toList(),
                images::image, List.of(), Optional.empty());
    }

    private static SortedMap<String, Optional<String>> labelled(Path folder, Path file) {
        Table table = Table.read(file, true);
        int name = table.column("filename");
        int label = table.column("label");
        SortedMap<String, Optional<String>> samples = new TreeMap<>();
        List<Problem> problems = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            String picture = table.cell(row, name);
            if (samples.put(picture, Optional.of(table.cell(row, label))) != null) {
                problems.add(Problem.error("dataset-sample-twice", file.toString(), "lists '" + picture + "' twice",
                        "Remove one of the rows."));
            } else if (!Files.isRegularFile(folder.resolve(picture))) {
                problems.add(Problem.error("dataset-file-missing", file.toString(),
                        "lists '" + picture + "', which is not in " + folder, "Add the file or remove its row."));
            }
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(problems);
        }
        return samples;
    }

    private static SortedMap<String, Optional<String>> unlabelled(Path folder, String prefix, Optional<String> label) {
        SortedMap<String, Optional<String>> samples = new TreeMap<>();
        entries(folder).stream().filter(f -> Files.isRegularFile(f) && ImageFile.hasPictureName(f))
                .forEach(f -> samples.put(prefix + f.getFileName(), label));
        return samples;
    }

    /// The names of the folders in a folder that hold pictures, sorted: the order in which classes are numbered.
    private static List<String> folders(Path folder) {
        return entries(folder).stream().filter(Files::isDirectory)
                .filter(f -> entries(f).stream().anyMatch(ImageFile::hasPictureName))
                .map(f -> f.getFileName().toString()).sorted().toList();
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException e) {
            throw new ProblemException(Problem.error("dataset-file-unreadable", folder.toString(),
                    "cannot be read (" + e.getClass().getSimpleName() + ")", "Check that the folder may be read."), e);
        }
    }

    @Override
    public int size() {
        return labels.size();
    }

    @Override
    public String name(int index) {
        return names.isEmpty() ? Integer.toString(index) : names.get(index);
    }

    @Override
    public Optional<String> label(int index) {
        return labels.get(index);
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public Optional<BoxLabels.Picture> boxes(int index) {
        return boxes.map(b -> {
            Pixels picture = pictures.apply(index);
            return new BoxLabels.Picture(picture.width(), picture.height(), b.of(name(index)));
        });
    }

    @Override
    public Tensor tensor(int index, InputRule rule, ValueInfo input) {
        if (rule instanceof InputRule.Image image) {
            return image.steps().tensor(pictures.apply(index), image.dtype().orElse(input.type()), name(index));
        }
        throw new IllegalArgumentException("no '" + rule.from() + "' in pictures");
    }

    @Override
    public List<Path> files() {
        return files;
    }
}
