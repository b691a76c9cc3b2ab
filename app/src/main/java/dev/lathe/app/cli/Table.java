package dev.lathe.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Text in columns, as wide as their widest cell; numbers to the right, words to the left.
final class Table {
    private static final String GAP = "  ";

    private final List<String> header;
    private final List<Boolean> right;
    private final List<List<String>> rows = new ArrayList<>();

    /// @param columns names; one that starts with `>` is set to the right
    Table(String... columns) {
        this.header = List.of(columns).stream().map(c -> c.replaceFirst("^>", "")).toList();
        this.right = List.of(columns).stream().map(c -> c.startsWith(">")).toList();
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        int[] widths = IntStream.range(0, header.size()).map(this::width).toArray();
        List<String> lines = new ArrayList<>();
        lines.add(line(header, widths));
        rows.forEach(r -> lines.add(line(r, widths)));
        return String.join(System.lineSeparator(), lines);
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String pad = " ".repeat(widths[i] - cell.length());
            line.append(i == 0 ? "" : GAP).append(right.get(i) ? pad + cell : cell + pad);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int width = header.get(column).length();
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }
}
