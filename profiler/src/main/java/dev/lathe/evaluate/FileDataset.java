package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.DatasetDescription.Task;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.metric.Box;
import dev.lathe.evaluate.source.Samples;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A dataset whose sources are files.
final class FileDataset implements Dataset {
    private static final String SUFFIX = ".dataset.json";
    private static final String IN_FOLDER = "dataset.json";

    private final DatasetDescription description;
    private final Samples main;
    private final Optional<Samples> calibration;
    private final List<OptionalDouble> labels;
    private volatile @Nullable String hash;

    private FileDataset(DatasetDescription description, Samples main, Optional<Samples> calibration) {
        this.description = description;
        this.main = main;
        this.calibration = calibration;
        this.labels = new SampleLabels(description, main).all();
    }

    static FileDataset open(Path descriptionOrFolder) {
        Path file = Files.isDirectory(descriptionOrFolder) ? inFolder(descriptionOrFolder) : descriptionOrFolder;
        DatasetDescription description = DatasetDescription.read(file);
        Samples main = Samples.open(description, description.source());
        if (main.size() == 0) {
            throw Problem.error("dataset-empty", file.toString(), "describes data without a sample",
                    "Name a source that has some.").toException();
        }
        Optional<Samples> calibration = description.source().calibrationSource()
                .map(source -> Samples.open(description, source));
        return new FileDataset(description, main, calibration);
    }

    private static Path inFolder(Path folder) {
        Path file = folder.resolve(IN_FOLDER);
        if (Files.isRegularFile(file)) {
            return file;
        }
        List<String> others;
        try (Stream<Path> entries = Files.list(folder)) {
            others = entries.map(p -> p.getFileName().toString()).filter(n -> n.endsWith(SUFFIX)).sorted().toList();
        } catch (IOException e) {
            throw new ProblemException(Problem.error("dataset-unreadable", folder.toString(),
                    "cannot be read (" + e.getClass().getSimpleName() + ")", "Check that the folder may be read."), e);
        }
        throw Problem.error("dataset-not-described", folder.toString(), "has no dataset.json", others.isEmpty()
                ? "Let `lathe dataset init MODEL " + folder + "` write a first guess, and read it."
                : "Name one of its descriptions: " + String.join(", ", others) + ".").toException();
    }

    @Override
    public String name() {
        String file = path().getFileName().toString();
        if (file.endsWith(SUFFIX) && file.length() > SUFFIX.length()) {
            return file.substring(0, file.length() - SUFFIX.length());
        }
        Path folder = path().toAbsolutePath().normalize().getParent();
        return folder == null || folder.getFileName() == null ? file : folder.getFileName().toString();
    }

    @Override
    public Path path() {
        return description.file();
    }

    @Override
    public Dataset withInputs(SequencedMap<String, InputRule> inputs) {
        DatasetDescription other = new DatasetDescription(description.file(), description.task(), description.source(),
                description.labels(), description.division(), inputs, description.output(), description.metrics());
        return new FileDataset(other, main, calibration);
    }

    @Override
    public DatasetDescription description() {
        return description;
    }

    @Override
    public String contentHash() {
        String known = hash;
        if (known == null) {
            known = ContentHash.of(description, files());
            hash = known;
        }
        return known;
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        files.add(description.file());
        files.addAll(main.files());
        calibration.ifPresent(samples -> files.addAll(samples.files()));
        description.labels().file().map(description::resolve).ifPresent(files::add);
        description.division().splits().values()
                .forEach(s -> Stream.of(s.calibration(), s.evaluation()).map(description::resolve).forEach(files::add));
        return files.stream().distinct().toList();
    }

    @Override
    public int size() {
        return main.size() + calibration.map(Samples::size).orElse(0);
    }

    @Override
    public List<Integer> calibration(Selection selection) {
        return choice().calibration(selection);
    }

    @Override
    public List<Integer> evaluation(Selection selection) {
        return choice().evaluation(selection);
    }

    private SampleChoice choice() {
        return new SampleChoice(description, main, calibration);
    }

    @Override
    public SequencedMap<String, Tensor> sample(int index, List<ValueInfo> signature) {
        SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
        for (ValueInfo input : signature) {
            InputRule rule = description.inputs().get(input.name());
            if (rule == null) {
                throw undescribed(input);
            }
            if (!input.isTensor()) {
                throw Problem.error("data-does-not-fit", path().toString(),
                        "input '" + input.name() + "' of the model is no tensor, and data can only be one",
                        "Choose a model whose inputs are tensors.").toException();
            }
            sample.put(input.name(), tensor(index, rule, input));
        }
        return Collections.unmodifiableSequencedMap(sample);
    }

    private Tensor tensor(int index, InputRule rule, ValueInfo input) {
        Fitting fitting = new Fitting(path(), rule, input);
        if (rule instanceof InputRule.Constant constant) {
            return fitting.constant(constant);
        }
        if (rule instanceof InputRule.Previous) {
            return fitting.zeros();
        }
        boolean first = index < main.size();
        Samples samples = first ? main : calibration.orElseThrow(() -> new IndexOutOfBoundsException(index));
        return fitting.fit(samples.tensor(first ? index : index - main.size(), rule, input));
    }

    private ProblemException undescribed(ValueInfo input) {
        return Problem.error("data-does-not-fit", path().toString(),
                "says nothing about input '" + input.name() + "' " + input.signature() + " of the model; it describes "
                        + String.join(", ", description.inputs().keySet()),
                "Add inputs." + input.name() + ", or choose the data of this model.").toException();
    }

    @Override
    public String sampleName(int index) {
        return index < main.size()
                ? main.name(index)
                : calibration.orElseThrow(() -> new IndexOutOfBoundsException(index)).name(index - main.size());
    }

    @Override
    public String sequence(int index) {
        return index < main.size()
                ? main.group(index)
                : calibration.orElseThrow(() -> new IndexOutOfBoundsException(index)).group(index - main.size());
    }

    @Override
    public OptionalInt label(int index) {
        OptionalDouble label = task() == Task.CLASSIFICATION ? labelled(index) : OptionalDouble.empty();
        return label.isPresent() ? OptionalInt.of((int) label.getAsDouble()) : OptionalInt.empty();
    }

    @Override
    public OptionalDouble target(int index) {
        return task() == Task.REGRESSION ? labelled(index) : OptionalDouble.empty();
    }

    private OptionalDouble labelled(int index) {
        return index < labels.size() ? labels.get(index) : OptionalDouble.empty();
    }

    @Override
    public List<String> classNames() {
        List<String> named = description.labels().classes();
        return named.isEmpty() ? main.classes() : named;
    }

    @Override
    public Optional<List<Box>> boxes(int index) {
        return index < main.size()
                ? main.boxes(index).map(p -> new SampleBoxes(this, sampleName(index)).placed(p))
                : Optional.empty();
    }
}
