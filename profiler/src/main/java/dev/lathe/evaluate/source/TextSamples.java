package dev.lathe.evaluate.source;

import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.description.Source;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Sentences of a table, as a tokenizer splits them. Not padded, unless the model's input has a fixed length.
final class TextSamples implements Samples {
    private final List<Path> files;
    private final Table table;
    private final int text;
    private final OptionalInt label;
    private final TextEncoder encoder;

    private TextSamples(List<Path> files, Table table, int text, OptionalInt label, TextEncoder encoder) {
        this.files = files;
        this.table = table;
        this.text = text;
        this.label = label;
        this.encoder = encoder;
    }

    static TextSamples open(DatasetDescription description, Source.Text source) {
        Path file = description.resolve(source.file());
        Path tokenizer = description.resolve(source.tokenizer());
        Table table = Table.read(file, true);
        int text = table.column(source.textColumn());
        OptionalInt label = source.labelColumn().isPresent()
                ? OptionalInt.of(table.column(source.labelColumn().get()))
                : OptionalInt.empty();
        return new TextSamples(List.of(file, tokenizer), table, text, label,
                TextEncoder.open(tokenizer, source.maxLength()));
    }

    @Override
    public int size() {
        return table.rows();
    }

    @Override
    public String name(int index) {
        return Integer.toString(index);
    }

    @Override
    public Optional<String> label(int index) {
        return label.isPresent() ? Optional.of(table.cell(index, label.getAsInt()).strip()) : Optional.empty();
    }

    @Override
    public Tensor tensor(int index, InputRule rule, ValueInfo input) {
        if (!(rule instanceof InputRule.Tokens tokens)) {
            throw new IllegalArgumentException("no '" + rule.from() + "' in text");
        }
        TextEncoder.Encoded encoded = encoder.encode(table.cell(index, text));
        long[] values = switch (tokens.part()) {
            case IDS -> padded(encoded.ids(), encoder.paddingId(), input);
            case MASK -> padded(encoded.mask(), 0, input);
            case TYPE_IDS -> padded(encoded.typeIds(), 0, input);
        };
        return Tensor.ofLongs(rule.dtype().orElse(input.type()), new long[]{values.length}, values);
    }

    private static long[] padded(List<Long> tokens, long padding, ValueInfo input) {
        OptionalLong fixed = input.shape().filter(s -> s.size() > 1).map(List::getLast).map(Dim::fixed)
                .orElse(OptionalLong.empty());
        long[] values = tokens.stream().mapToLong(Long::longValue).toArray();
        if (fixed.isEmpty() || fixed.getAsLong() <= values.length) {
            return values;
        }
        int from = values.length;
        values = Arrays.copyOf(values, Math.toIntExact(fixed.getAsLong()));
        Arrays.fill(values, from, values.length, padding);
        return values;
    }

    @Override
    public List<Path> files() {
        return files;
    }
}
