package dev.lathe.evaluate.look;

import dev.lathe.evaluate.source.WavFile;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Sound files for an input of samples, and inputs that are carried on from window to window.
record SoundGuess(FolderContent content, Guess.Draft draft, List<ValueInfo> outputs) {
    /// The window that voice detectors at 16 kHz take.
    private static final int USUAL_WINDOW = 512;

    boolean fits(List<ValueInfo> inputs) {
        Map<String, List<Path>> byFolder = content.named(n -> n.endsWith(".wav")).stream()
                .collect(Collectors.groupingBy(
                        f -> Optional.ofNullable(f.getParent()).map(FolderContent::text).orElse(".")));
        Optional<ValueInfo> sound = inputs.stream().filter(i -> i.type() == DataType.FLOAT && rank(i) == 2).findFirst();
        if (byFolder.isEmpty() || sound.isEmpty()) {
            return false;
        }
        Map.Entry<String, List<Path>> most = byFolder.entrySet().stream()
                .max(Map.Entry.<String, List<Path>>comparingByValue((a, b) -> Integer.compare(a.size(), b.size()))
                        .thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow();
        WavFile first = WavFile.open(content.root().resolve(most.getValue().getFirst()));
        draft.put("source.kind", "wav", "an input could be sound, and there are WAV files");
        draft.put("source.folder", most.getKey(), "the folder with the most of them: " + most.getValue().size());
        draft.put("source.rate", first.rate(), "that of the first file");
        Optional<String> ending = segments(most.getValue());
        ending.ifPresent(e -> draft.put("source.segments", e,
                "each WAV file has one of this ending beside it: CHECK that it has a name, then start, end and label"));
        window(sound.get(), inputs.size() > 1);
        inputs.stream().filter(i -> !i.equals(sound.get())).forEach(i -> other(i, first.rate()));
        draft.found(most.getValue().size(), ending.isPresent() ? Guess.Draft.Labels.CLASSES : Guess.Draft.Labels.NONE,
                0);
        return true;
    }

    private static int rank(ValueInfo input) {
        return input.shape().map(List::size).orElse(-1);
    }

    private Optional<String> segments(List<Path> sounds) {
        return List.of("scv", "csv").stream().filter(e -> sounds.stream().allMatch(s -> content.files().contains(
                s.resolveSibling(s.getFileName().toString().replaceFirst("(?i)\\.wav$", "." + e))))).findFirst();
    }

    private void window(ValueInfo sound, boolean carriesOn) {
        draft.input(sound.name(), "from", "samples", "it takes numbers in a row, and the data is sound");
        long fixed = sound.shape().map(List::getLast).map(Dim::fixed).map(d -> d.orElse(0)).orElse(0L);
        if (fixed > 0) {
            draft.input(sound.name(), "window", fixed, "the model's input is that long");
        } else if (carriesOn) {
            draft.input(sound.name(), "window", USUAL_WINDOW,
                    "the model leaves it open; usual for voice detectors at 16 kHz:"
                            + " CHECK it, and add `context` (64 for Silero's) if the model takes samples of the window before");
        } else {
            draft.input(sound.name(), "window", 0, "the model leaves it open: whole files");
        }
    }

    private void other(ValueInfo input, int rate) {
        Optional<ValueInfo> next = outputs.stream().filter(o -> o.type() == input.type() && rank(input) > 1)
                .filter(o -> o.name().startsWith(input.name()) || input.name().startsWith(o.name())).findFirst();
        if (next.isPresent()) {
            draft.input(input.name(), "from", "previous", "an output has a name like it: state that is carried on");
            draft.input(input.name(), "output", next.get().name(), "its name");
        } else {
            boolean isRate = input.name().equals("sr") || input.name().endsWith("rate");
            draft.input(input.name(), "from", "constant", "nothing in the data is known to make it");
            draft.input(input.name(), "value", isRate ? rate : 0,
                    isRate ? "by its name: the files' rate" : "CHECK what it means");
        }
    }
}
