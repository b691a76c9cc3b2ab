package dev.lathe.evaluate.source;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.description.Source;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Windows of sound, file after file; or whole files where the description says no window. What is left of a file after
/// its last whole window is passed over.
final class WavSamples implements Samples {
    private static final String WAV = ".wav";

    private final Path folder;
    private final List<WavFile> sounds;
    /// The number of the first sample of each file, and behind the last.
    private final int[] firsts;
    private final int window;
    private final Map<Integer, List<Segment>> segments;
    private final Map<String, String> labels;
    private final List<Path> files;
    private final Map<Integer, SoftReference<float[]>> read = new ConcurrentHashMap<>();

    /// A labelled part of a file.
    private record Segment(double startSeconds, double endSeconds, String label) {}

    private WavSamples(Path folder, List<WavFile> sounds, int window, Map<Integer, List<Segment>> segments,
            Map<String, String> labels, List<Path> files) {
        this.folder = folder;
        this.sounds = sounds;
        this.window = window;
        this.segments = segments;
        this.labels = labels;
        this.files = files;
        this.firsts = new int[sounds.size() + 1];
        for (int f = 0; f < sounds.size(); f++) {
            firsts[f + 1] = firsts[f] + (window == 0 ? 1 : sounds.get(f).length() / window);
        }
    }

    static WavSamples open(DatasetDescription description, Source.Wav source) {
        Path folder = description.resolve(source.folder()).normalize();
        if (!Files.isDirectory(folder)) {
            throw Problem.error("dataset-file-missing", folder.toString(), "there is no such folder of sound",
                    "Correct the path, which is relative to the description.").toException();
        }
        List<WavFile> sounds = found(folder).stream().map(WavFile::open).toList();
        List<Problem> problems = new ArrayList<>();
        int rate = source.rate().orElse(sounds.isEmpty() ? 0 : sounds.getFirst().rate());
        sounds.stream().filter(s -> s.rate() != rate)
                .forEach(s -> problems.add(WavFile.damage(s.file(), "has " + s.rate()
                        + " samples a second, and "
                        + (source.rate().isPresent() ? "source.rate is " : "the first file has ") + rate,
                        "Resample it first, for example with ffmpeg -i IN -ar " + rate
                                + " OUT.wav: Lathe does not, for it would"
                                + " change what the model hears.")));
        if (!problems.isEmpty()) {
            throw new ProblemException(problems);
        }
        List<Path> files = new ArrayList<>(sounds.stream().map(WavFile::file).toList());
        Map<Integer, List<Segment>> segments = new HashMap<>();
        for (int f = 0; f < sounds.size() && source.segments().isPresent(); f++) {
            Path beside = sounds.get(f).file().resolveSibling(sounds.get(f).file().getFileName().toString()
                    .replaceFirst("(?i)\\.wav$", "." + source.segments().get()));
            segments.put(f, segments(beside));
            files.add(beside);
        }
        Map<String, String> labels = new HashMap<>();
        source.labels().map(description::resolve).ifPresent(file -> {
            Table table = Table.read(file, true);
            for (int row = 0; row < table.rows(); row++) {
                labels.put(table.cell(row, table.column("filename")), table.cell(row, table.column("label")));
            }
            files.add(file);
        });
        int window = description.inputs().values().stream()
                .mapToInt(r -> r instanceof InputRule.Sound s ? s.window() : 0)
                .max().orElse(0);
        return new WavSamples(folder, sounds, window, segments, labels, files);
    }

    private static List<Path> found(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(f -> Files.isRegularFile(f)
                    && f.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(WAV)).sorted().toList();
        } catch (IOException e) {
            throw SourceProblems.unreadable(folder, e);
        }
    }

    /// Triples of start, end and label after a name, in seconds, on one line or several.
    private static List<Segment> segments(Path file) {
        Table table = Table.read(file, false);
        List<Segment> segments = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            for (int c = 1; c + 2 < table.columns(row); c += 3) {
                segments.add(
                        new Segment(table.number(row, c), table.number(row, c + 1), table.cell(row, c + 2).strip()));
            }
        }
        return segments;
    }

    private int fileOf(int index) {
        int file = 0;
        while (firsts[file + 1] <= index) {
            file++;
        }
        return file;
    }

    @Override
    public int size() {
        return firsts[sounds.size()];
    }

    @Override
    public String name(int index) {
        return window == 0 ? group(index) : group(index) + "#" + (index - firsts[fileOf(index)]);
    }

    @Override
    public String group(int index) {
        return folder.relativize(sounds.get(fileOf(index)).file()).toString();
    }

    /// The label of the part in which the middle of the window lies; else the file's.
    @Override
    public Optional<String> label(int index) {
        int file = fileOf(index);
        if (segments.isEmpty()) {
            return Optional.ofNullable(labels.get(group(index)));
        }
        double middle = window == 0
                ? sounds.get(file).length() / 2.0
                : (index - firsts[file] + 0.5) * window;
        double seconds = middle / sounds.get(file).rate();
        return segments.getOrDefault(file, List.of()).stream()
                .filter(s -> s.startSeconds() <= seconds && seconds < s.endSeconds()).map(Segment::label).findFirst();
    }

    @Override
    public Tensor tensor(int index, InputRule rule, ValueInfo input) {
        if (!(rule instanceof InputRule.Sound sound)) {
            throw new IllegalArgumentException("no '" + rule.from() + "' in sound");
        }
        int file = fileOf(index);
        float[] all = samples(file);
        int from = (index - firsts[file]) * window - sound.context();
        int length = window == 0 ? all.length : window + sound.context();
        float[] values = new float[length];
        for (int i = Math.max(0, -from); i < length; i++) {
            values[i] = all[from + i];
        }
        return Tensor.ofFloats(rule.dtype().orElse(input.type()), new long[]{length}, values);
    }

    private float[] samples(int file) {
        SoftReference<float[]> known = read.get(file);
        float[] samples = known == null ? null : known.get();
        if (samples == null) {
            samples = sounds.get(file).samples();
            read.put(file, new SoftReference<>(samples));
        }
        return samples;
    }

    @Override
    public List<Path> files() {
        return List.copyOf(files);
    }
}
