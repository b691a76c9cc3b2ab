package dev.lathe.app.engine;

import dev.lathe.app.engine.history.LoadCsv;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.base.WholeFile;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.load.RateTrial;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.sweep.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Raw logs of runs under load in the folder of their run: one file a cell and fork, whole or not there.
///
/// @param folder made when it is first needed
record LoadLog(Path folder) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int DIGITS = 12;

    /// What is run: a cell, or once more the first cell of its load, which shows what the others' ratios can tell apart.
    record Turn(Cell cell, boolean again) {
        String words() {
            return cell.words() + (again ? ", again" : "");
        }

        private String key() {
            return JSON.writeValueAsString(cell) + (again ? " again" : "");
        }
    }

    private Path file(Cell cell, String ending) {
        return file(new Turn(cell, false), ending);
    }

    private Path file(Turn turn, String ending) {
        return folder.resolve(Sha256.ofText(turn.key()).substring(0, DIGITS) + ending);
    }

    /// A run that was kept.
    Optional<LoadRun> run(Turn turn, int fork) {
        Path queries = file(turn, "-" + fork + LoadCsv.QUERIES);
        Path generator = file(turn, "-" + fork + ".json");
        if (!Files.exists(generator) || !Files.exists(queries)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LoadRun(fork, QueryLog.read(queries),
                    JSON.readValue(Files.readString(generator), LoadRun.Generator.class)));
        } catch (IOException | JacksonException _) {
            return Optional.empty(); // measured again
        }
    }

    /// Keeps a run; the second file says that the first is whole.
    void keep(Turn turn, int fork, LoadRun run) {
        try {
            WholeFile.write(file(turn, LoadCsv.CELL), JSON.writeValueAsString(turn.words()));
            WholeFile.write(file(turn, "-" + fork + LoadCsv.QUERIES), part -> run.queries().write(part));
            WholeFile.write(file(turn, "-" + fork + ".json"), JSON.writeValueAsString(run.generator()));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /// Rates that a search has tried, in order.
    List<RateTrial> trials(Cell cell) {
        Path file = file(cell, "-search.jsonl");
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream().map(line -> JSON.readValue(line, Trial.class).trial()).toList();
        } catch (IOException | JacksonException _) {
            return List.of(); // searched again
        }
    }

    /// Keeps the rates that were tried so far.
    void keep(Cell cell, List<RateTrial> trials) {
        try {
            WholeFile.write(file(cell, "-search.jsonl"), trials.stream().map(t -> JSON.writeValueAsString(Trial.of(t)))
                    .collect(Collectors.joining("\n")));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /// A trial in plain values.
    private record Trial(double rate, RateTrial.Verdict verdict, @Nullable Estimate percentile,
            @Nullable Estimate attainment, long queries, long spentNs) {
        static Trial of(RateTrial trial) {
            return new Trial(trial.ratePerSecond(), trial.verdict(), trial.percentileNs().toOptional().orElse(null),
                    trial.attainment().toOptional().orElse(null), trial.queries(), trial.spentNs());
        }

        RateTrial trial() {
            return new RateTrial(rate, verdict, reading(percentile), reading(attainment), queries, spentNs);
        }

        private static Reading<Estimate> reading(@Nullable Estimate estimate) {
            return estimate == null
                    ? Reading.unknown("not known when it was kept")
                    : Reading.known(estimate, "kept by an earlier search");
        }
    }

    private ProblemException unwritable(IOException e) {
        return new ProblemException(Problem.error("workspace-unwritable", folder.toString(),
                "no files can be written there (" + e.getMessage() + ")",
                "Free some space, or choose another workspace with --workspace."), e);
    }
}
