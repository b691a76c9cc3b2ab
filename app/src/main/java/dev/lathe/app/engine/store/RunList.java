package dev.lathe.app.engine.store;

import dev.lathe.base.Problem;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds runs without reading what they measured.
final class RunList {
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f-]{1,22}");
    private static final Pattern HASH_PREFIX = Pattern.compile("[0-9a-f]{6,64}");
    /// As many as a sentence can name.
    private static final int CANDIDATES = 5;

    private final Database database;
    private final RunLocks locks;

    RunList(Database database, RunLocks locks) {
        this.database = database;
        this.locks = locks;
    }

    List<RunSummary> matching(RunFilter filter) {
        StringBuilder sql = new StringBuilder(
                "SELECT seq, id, kind, model_path, created_ms, state_ms, state, outcome FROM kept_runs WHERE 1");
        List<@Nullable Object> arguments = new ArrayList<>();
        filter.model().map(m -> m.toLowerCase(Locale.ROOT)).ifPresent(model -> {
            sql.append(" AND (instr(lower(model_path), ?) > 0 OR (? AND model_sha256 GLOB ? || '*'))");
            arguments.add(model);
            arguments.add(HASH_PREFIX.matcher(model).matches());
            arguments.add(model);
        });
        filter.verb().ifPresent(verb -> {
            sql.append(" AND kind = ?");
            arguments.add(verb);
        });
        filter.since().ifPresent(since -> {
            sql.append(" AND created_ms >= ?");
            arguments.add(since.toEpochMilli());
        });
        return database.list(sql.append(" ORDER BY seq DESC").toString(), this::summary, arguments.toArray()).stream()
                .filter(run -> filter.standing().map(run.standing()::equals).orElse(true)).toList();
    }

    private RunSummary summary(ResultSet row) throws SQLException {
        RunState state = RunState.ofKey(row.getString("state"));
        String outcome = row.getString("outcome");
        return new RunSummary(new RunId(row.getString("id")), row.getString("kind"),
                Path.of(row.getString("model_path")), Instant.ofEpochMilli(row.getLong("created_ms")),
                Instant.ofEpochMilli(row.getLong("state_ms")),
                Standing.of(state, state == RunState.RUNNING && !locks.isFree(row.getLong("seq"))),
                outcome == null ? "" : outcome);
    }

    Standing standing(RunId run) {
        return database.first("SELECT seq, state FROM kept_runs WHERE id = ?", row -> {
            RunState state = RunState.ofKey(row.getString("state"));
            return Standing.of(state, state == RunState.RUNNING && !locks.isFree(row.getLong("seq")));
        }, run.text()).orElseThrow(() -> RunStore.unknown(run));
    }

    /// The one run whose name begins so.
    Run beginning(String prefix) {
        List<Run> found = PREFIX.matcher(prefix).matches()
                ? database.list("SELECT * FROM kept_runs WHERE id GLOB ? ORDER BY seq DESC", Rows::run, prefix + "*")
                : List.of();
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (!found.isEmpty()) {
            throw Problem.error("run-ambiguous", prefix, "several runs begin so: " + names(found), "Give more digits.")
                    .toException();
        }
        List<Run> newest = database.list("SELECT * FROM kept_runs ORDER BY seq DESC LIMIT " + CANDIDATES, Rows::run);
        throw Problem.error("run-unknown", prefix, "the history has no run that begins so; " + (newest.isEmpty()
                ? "it has none at all"
                : "the newest are " + names(newest)), "List them with `lathe history`.").toException();
    }

    private static String names(List<Run> runs) {
        String names = runs.stream().limit(CANDIDATES).map(r -> r.id() + " (" + r.request().kind() + ", "
                + r.state().name().toLowerCase(Locale.ROOT) + ")").collect(Collectors.joining(", "));
        return runs.size() > CANDIDATES ? names + " and " + (runs.size() - CANDIDATES) + " more" : names;
    }

    List<StateChange> states(RunId run) {
        return database.list(
                """
                        SELECT s.state, s.at_ms FROM run_states s JOIN kept_runs r ON r.seq = s.run WHERE r.id = ? ORDER BY s.seq""",
                row -> new StateChange(Instant.ofEpochMilli(row.getLong("at_ms")),
                        RunState.ofKey(row.getString("state"))),
                run.text());
    }

    List<BlockCount> blockCounts(RunId run) {
        return database.list(
                """
                        SELECT b.variant, b.kind, b.batch, count(DISTINCT b.fork) AS forks, count(*) AS blocks, sum(b.n) AS queries
                        FROM blocks b JOIN kept_runs r ON r.seq = b.run WHERE r.id = ?
                        GROUP BY b.variant, b.kind, b.batch ORDER BY min(b.seq)""",
                row -> new BlockCount(row.getString("variant"), row.getString("kind"), row.getInt("batch"),
                        row.getInt("forks"), row.getInt("blocks"), row.getLong("queries")),
                run.text());
    }

    /// Whether any run goes on in a living process, be it this one.
    boolean isAnyAlive() {
        return database.list("SELECT seq FROM kept_runs WHERE state = 'running'", row -> row.getLong("seq")).stream()
                .anyMatch(run -> !locks.isFree(run));
    }
}
