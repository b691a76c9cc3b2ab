package dev.lathe.evaluate.source;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/// A table in UTF-8: fields apart by tabs and never quoted where the name ends in `.tsv`, else as RFC 4180 has it.
/// Empty lines are passed over.
public final class Table {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final List<String> header;
    private final List<CSVRecord> records;

    private Table(Path file, List<String> header, List<CSVRecord> records) {
        this.file = file;
        this.header = header;
        this.records = records;
    }

    /// Reads a file.
    ///
    /// @throws ProblemException if it cannot be read, is empty or is no table
    public static Table read(Path file, boolean header) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            skipByteOrderMark(reader);
            List<CSVRecord> records = format(file).parse(reader).getRecords();
            if (records.isEmpty()) {
                throw problem(file, "is empty", "Name a table with at least one row.");
            }
            return header
                    ? new Table(file, records.getFirst().toList(), records.subList(1, records.size()))
                    : new Table(file, List.of(), records);
        } catch (CharacterCodingException e) {
            throw new ProblemException(damage(file, "is not UTF-8 text", "Save it as UTF-8."), e);
        } catch (IOException e) {
            throw SourceProblems.unreadable(file, e);
        } catch (UncheckedIOException e) {
            throw new ProblemException(damage(file, "is no table (" + e.getMessage() + ")", "Correct its quotes."), e);
        }
    }

    /// How many rows there are, the header not counted.
    public int rows() {
        return records.size();
    }

    /// The names of the columns; empty without a header.
    public List<String> header() {
        return List.copyOf(header);
    }

    /// How many columns the first row has.
    public int columns() {
        return records.isEmpty() ? header.size() : records.getFirst().size();
    }

    /// How many columns a row has.
    int columns(int row) {
        return records.get(row).size();
    }

    /// The column of that name.
    int column(String name) {
        int column = header.indexOf(name);
        if (column < 0) {
            throw problem(file, "has no column '" + name + "'",
                    "Name one of its columns: " + String.join(", ", header) + ".");
        }
        return column;
    }

    /// One field, both counted from 0.
    public String cell(int row, int column) {
        CSVRecord fields = records.get(row);
        if (column >= fields.size()) {
            throw problem(file, "has no column " + column + " in line " + fields.getRecordNumber() + ", which has "
                    + fields.size() + " columns", "Count columns from 0, and correct the line or the description.");
        }
        return fields.get(column);
    }

    /// One field as a number.
    public float number(int row, int column) {
        String text = cell(row, column);
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw new ProblemException(damage(file,
                    "has '" + text + "' in column " + column + " of line " + records.get(row).getRecordNumber()
                            + ", which is no number",
                    "Leave the column out of source.features, or set source.header if the line is a header."), e);
        }
    }

    private static CSVFormat format(Path file) {
        boolean tabs = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".tsv");
        return tabs ? CSVFormat.DEFAULT.builder().setDelimiter('\t').setQuote(null).get() : CSVFormat.DEFAULT;
    }

    private static void skipByteOrderMark(BufferedReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != BYTE_ORDER_MARK) {
            reader.reset();
        }
    }

    private static ProblemException problem(Path file, String what, String remedy) {
        return damage(file, what, remedy).toException();
    }

    private static Problem damage(Path file, String what, String remedy) {
        return Problem.error("dataset-table", file.toString(), what, remedy);
    }
}
