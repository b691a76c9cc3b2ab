package dev.lathe.evaluate.look;

import dev.lathe.evaluate.source.NpzFile;
import dev.lathe.evaluate.source.Table;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Numbers: arrays of an archive, or the columns of a table.
record NumberGuess(FolderContent content, Guess.Draft draft) {

    boolean fits(List<ValueInfo> inputs) {
        return content.named(n -> n.endsWith(".npz")).stream().anyMatch(f -> archive(f, inputs))
                || (inputs.size() == 1 && content.tables().stream().anyMatch(f -> table(f, inputs.getFirst())));
    }

    private boolean archive(Path file, List<ValueInfo> inputs) {
        NpzFile archive = NpzFile.read(content.root().resolve(file));
        List<String> chosen = new ArrayList<>();
        for (ValueInfo input : inputs) {
            List<String> fitting = archive.names().stream().filter(n -> !chosen.contains(n))
                    .filter(n -> fits(archive.array(n), input)).toList();
            Optional<String> named = fitting.stream().filter(n -> n.equals(input.name())).findFirst();
            String array = named.orElseGet(() -> fitting.isEmpty() ? "" : fitting.getFirst());
            if (array.isEmpty()) {
                return false;
            }
            chosen.add(array);
        }
        long count = archive.array(chosen.getFirst()).shape()[0];
        draft.put("source.kind", "npz", "an archive has arrays of the inputs' shapes");
        draft.put("source.file", FolderContent.text(file), "it is the first that fits");
        Optional<String> labels = archive.names().stream().filter(n -> !chosen.contains(n))
                .filter(n -> archive.array(n).shape().length == 1 && archive.array(n).shape()[0] == count).findFirst();
        labels.ifPresent(l -> draft.put("source.labels", l, "the array with one number a sample"));
        for (int i = 0; i < inputs.size(); i++) {
            draft.input(inputs.get(i).name(), "from", "array", "the source is an archive");
            draft.input(inputs.get(i).name(), "array", chosen.get(i), chosen.get(i).equals(inputs.get(i).name())
                    ? "named like the input"
                    : "its shape fits");
        }
        boolean whole = labels.map(archive::array).map(Tensor::floats).filter(NumberGuess::isWhole).isPresent();
        draft.found((int) count, labels.isEmpty()
                ? Guess.Draft.Labels.NONE
                : whole ? Guess.Draft.Labels.CLASSES : Guess.Draft.Labels.NUMBERS, 0);
        return true;
    }

    private static boolean isWhole(float... values) {
        return IntStream.range(0, values.length).allMatch(i -> values[i] == Math.rint(values[i]));
    }

    private static boolean fits(Tensor array, ValueInfo input) {
        List<Dim> dims = input.shape().orElse(List.of());
        long[] shape = array.shape();
        return shape.length == dims.size() && shape.length > 0 && array.type() == input.type()
                && IntStream.range(1, shape.length).allMatch(i -> dims.get(i).fixed().orElse(shape[i]) == shape[i]);
    }

    private boolean table(Path path, ValueInfo input) {
        List<Dim> dims = input.shape().orElse(List.of());
        int wanted = dims.size() == 2 ? (int) dims.get(1).fixed().orElse(0) : 0;
        Path file = content.root().resolve(path);
        Table bare = Table.read(file, false);
        boolean header = bare.rows() > 1
                && IntStream.range(0, bare.columns()).noneMatch(c -> isNumber(bare.cell(0, c)));
        Table table = header ? Table.read(file, true) : bare;
        if (table.rows() == 0) {
            return false;
        }
        List<Integer> numbers = IntStream.range(0, table.columns()).filter(c -> isNumber(table.cell(0, c))).boxed()
                .toList();
        if (numbers.size() < Math.max(1, wanted)) {
            return false;
        }
        List<Integer> features = numbers.subList(0, wanted == 0 ? numbers.size() : wanted);
        List<Integer> rest = IntStream.range(0, table.columns()).filter(c -> !features.contains(c)).boxed().toList();
        draft.put("source.kind", "csv", "the input is a row of numbers, and there is a table of them");
        draft.put("source.file", FolderContent.text(path), "the first table with enough columns of numbers");
        draft.put("source.header", header, header ? "the first line has no number" : "the first line has numbers");
        draft.put("source.features", features, wanted == 0
                ? "all columns of numbers"
                : "the first " + wanted + " columns of numbers, as many as the model takes");
        Guess.Draft.Labels labels = rest.isEmpty() ? Guess.Draft.Labels.NONE : label(table, rest.getLast());
        draft.input(input.name(), "from", "features", "the source is a table");
        draft.found(table.rows(), labels, 0);
        return true;
    }

    private Guess.Draft.Labels label(Table table, int column) {
        draft.put("source.labelColumn", column, "the last column that is no feature");
        SortedSet<String> values = new TreeSet<>();
        IntStream.range(0, table.rows()).forEach(r -> values.add(table.cell(r, column).strip()));
        if (values.stream().allMatch(v -> v.matches("\\d+"))) {
            return Guess.Draft.Labels.CLASSES;
        }
        if (values.stream().allMatch(NumberGuess::isNumber)) {
            return Guess.Draft.Labels.NUMBERS;
        }
        draft.put("labels.classes", List.copyOf(values),
                "the names in order of the alphabet: CHECK the order against the model's classes");
        return Guess.Draft.Labels.CLASSES;
    }

    private static boolean isNumber(String text) {
        try {
            return Double.isFinite(Double.parseDouble(text.strip()));
        } catch (NumberFormatException _) {
            return false;
        }
    }
}
