package dev.lathe.evaluate.source;

import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.description.Source;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Rows of numbers.
final class TableSamples implements Samples {
    private final Path file;
    private final Table table;
    private final Source.Csv source;

    private TableSamples(Path file, Table table, Source.Csv source) {
        this.file = file;
        this.table = table;
        this.source = source;
    }

    static TableSamples open(DatasetDescription description, Source.Csv source) {
        Path file = description.resolve(source.file());
        TableSamples samples = new TableSamples(file, Table.read(file, source.header()), source);
        for (int row = 0; row < samples.size(); row++) {
            for (int column : source.features()) {
                samples.table.number(row, column);
            }
        }
        return samples;
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
        return source.labelColumn().isPresent()
                ? Optional.of(table.cell(index, source.labelColumn().getAsInt()).strip())
                : Optional.empty();
    }

    @Override
    public Tensor tensor(int index, InputRule rule, ValueInfo input) {
        List<Integer> columns = source.features();
        float[] values = new float[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = table.number(index, columns.get(i));
        }
        return Tensor.ofFloats(rule.dtype().orElse(input.type()), new long[]{values.length}, values);
    }

    @Override
    public List<Path> files() {
        return List.of(file);
    }
}
