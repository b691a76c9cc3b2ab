package dev.lathe.evaluate.look;

import dev.lathe.evaluate.source.Table;
import dev.lathe.graph.DataType;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// Texts in a table, with a tokenizer beside it, for inputs of token numbers.
record TextGuess(FolderContent content, Guess.Draft draft) {
    private static final List<String> LABELS = List.of("label", "labels", "class", "target", "category", "sentiment");
    private static final int USUAL_LENGTH = 128;

    boolean fits(List<ValueInfo> inputs) {
        boolean tokens = inputs.stream().anyMatch(i -> isWhole(i) && name(i).contains("ids"));
        Optional<Path> tokenizer = content.first(n -> n.equals("tokenizer.json"))
                .or(() -> content.first(n -> n.equals("vocab.txt")));
        if (!tokens || tokenizer.isEmpty()) {
            return false;
        }
        // the table with the most rows first: smaller ones beside it calibrate
        List<Path> tables = content.tables().stream().filter(t -> textColumn(t).isPresent())
                .sorted((a, b) -> Integer.compare(rows(b), rows(a))).toList();
        if (tables.isEmpty()) {
            return false;
        }
        Path main = tables.getFirst();
        Table table = Table.read(content.root().resolve(main), true);
        String text = textColumn(main).orElseThrow();
        draft.put("source.kind", "text", "the model takes token numbers, and there is a table with texts");
        draft.put("source.file", FolderContent.text(main), "the table with the most rows: " + table.rows());
        draft.put("source.textColumn", text, "the column with the longest texts");
        Optional<String> label = table.header().stream().filter(c -> LABELS.contains(c.toLowerCase(Locale.ROOT)))
                .findFirst();
        label.ifPresent(l -> draft.put("source.labelColumn", l, "the column is called so"));
        draft.put("source.tokenizer", FolderContent.text(tokenizer.get()), "a tokenizer's file by its name");
        long length = inputs.stream().map(i -> i.shape().orElse(List.of())).filter(s -> s.size() == 2)
                .map(s -> s.get(1).fixed()).filter(OptionalLong::isPresent).mapToLong(OptionalLong::getAsLong)
                .findFirst()
                .orElse(USUAL_LENGTH);
        draft.put("source.maxLength", length, length == USUAL_LENGTH
                ? "usual; set what the model was trained with"
                : "the model's inputs are that long");
        inputs.forEach(this::input);
        draft.found(table.rows(), label.isPresent() ? Guess.Draft.Labels.CLASSES : Guess.Draft.Labels.NONE, 0);
        return true;
    }

    private void input(ValueInfo input) {
        String name = name(input);
        String from = name.contains("mask")
                ? "mask"
                : name.contains("type") || name.contains("segment")
                        ? "typeIds"
                        : "ids";
        draft.input(input.name(), "from", from, "by its name");
        draft.input(input.name(), "dtype", input.type().label(), "the model's own");
    }

    private int rows(Path table) {
        return Table.read(content.root().resolve(table), true).rows();
    }

    private Optional<String> textColumn(Path path) {
        Table table = Table.read(content.root().resolve(path), true);
        int best = -1;
        double longest = 0;
        for (int column = 0; column < table.columns() && column < table.header().size(); column++) {
            double length = 0;
            for (int row = 0; row < Math.min(20, table.rows()); row++) {
                String cell = table.cell(row, column);
                length += cell.strip().contains(" ") ? cell.length() : 0;
            }
            if (length > longest) {
                longest = length;
                best = column;
            }
        }
        return best < 0 ? Optional.empty() : Optional.of(table.header().get(best));
    }

    private static boolean isWhole(ValueInfo input) {
        return input.type() == DataType.INT64 || input.type() == DataType.INT32;
    }

    private static String name(ValueInfo input) {
        return input.name().toLowerCase(Locale.ROOT);
    }
}
