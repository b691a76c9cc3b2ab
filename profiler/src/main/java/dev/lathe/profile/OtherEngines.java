package dev.lathe.profile;

import dev.lathe.base.Problem;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;

/// What would bring the engines that are not here, by how their models' names end: `other-engines.csv`, each line with its source.
public final class OtherEngines {
    private static final List<Row> ROWS = read();

    private OtherEngines() {}

    private record Row(String ending, String model, String artifact, String conversion) {}

    /// Says of a file that is no ONNX model whose it seems to be; empty where its name tells nothing.
    public static Optional<Problem> of(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file)
                ? ROWS.stream().filter(row -> name.endsWith("." + row.ending())).findFirst()
                        .map(row -> Problem.error("not-available", file.toString(),
                                "a file named so is a model of " + row.model()
                                        + ", whose engine is not here: " + row.artifact()
                                        + " of Maven Central would bring it, and Lathe has no backend for it yet",
                                "Convert it to ONNX with " + row.conversion() + " and give that file."))
                : Optional.empty();
    }

    private static List<Row> read() {
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(OtherEngines.class.getResourceAsStream("other-engines.csv")),
                StandardCharsets.UTF_8)) {
            return CSVFormat.DEFAULT.builder().setCommentMarker('#').setHeader().setSkipHeaderRecord(true).get()
                    .parse(reader).stream().map(line -> new Row(line.get("ending"), line.get("model"),
                            line.get("artifact"), line.get("conversion")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
