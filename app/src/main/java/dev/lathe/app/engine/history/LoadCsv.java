package dev.lathe.app.engine.history;

import dev.lathe.profile.load.QueryLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import tools.jackson.databind.json.JsonMapper;

/// What happened to each query of runs under load, as CSV (RFC 4180), one row a query. Times are in nanoseconds after the
/// start of the fork's run.
public final class LoadCsv {
    /// How the name of a fork's raw log ends, after the cell's digits, a hyphen and the fork's number.
    public static final String QUERIES = ".queries";
    /// How the name of the file ends that says which cell it is, after the cell's digits.
    public static final String CELL = ".cell";
    static final List<String> COLUMNS = List.of("run", "cell", "fork", "query", "scheduled_ns", "admitted_ns",
            "started_ns", "ended_ns", "batch", "outcome", "instance");

    private LoadCsv() {}

    /// The raw logs of a run; empty where it put no load on a model.
    ///
    /// @param folder the run's own
    static List<Path> logs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().endsWith(QUERIES)).sorted().toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /// Writes all logs.
    ///
    /// @return the number of queries
    static long write(String run, List<Path> logs, Appendable out) throws IOException {
        CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180);
        csv.printRecord(COLUMNS);
        long rows = 0;
        for (Path file : logs) {
            String name = file.getFileName().toString();
            int hyphen = name.lastIndexOf('-');
            String fork = name.substring(hyphen + 1, name.length() - QUERIES.length());
            String cell = cell(file.resolveSibling(name.substring(0, hyphen) + CELL), name.substring(0, hyphen));
            QueryLog log = QueryLog.read(file);
            for (int q = 0; q < log.size(); q++) {
                csv.printRecord(run, cell, fork, q, log.scheduledNs(q), log.admittedNs(q), log.startedNs(q),
                        log.endedNs(q), log.batch(q), log.outcome(q).label(), log.instance(q));
            }
            rows += log.size();
        }
        csv.flush();
        return rows;
    }

    private static String cell(Path file, String otherwise) throws IOException {
        return Files.exists(file) ? new JsonMapper().readValue(Files.readString(file), String.class) : otherwise;
    }
}
