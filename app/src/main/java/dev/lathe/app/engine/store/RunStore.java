package dev.lathe.app.engine.store;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.VariantId;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// The history of a workspace: what was asked, measured, scored and made.
///
/// Append-only: nothing is changed or deleted, a deletion is a mark. What a method has stored when it returns survives
/// the process being killed and a power cut; each call costs one flush of the disk. *Thread*: safe, and several processes
/// may use one workspace, each with one open store.
/// *Errors*: [ProblemException] with `workspace-unwritable`, `workspace-damaged`, `workspace-newer`, `workspace-busy` or
/// `disk-full`.
public final class RunStore implements AutoCloseable {
    private static final Pattern VARIANT_PREFIX = Pattern.compile("[0-9a-fA-F]{6,12}");
    private static final String LOCK_FILE = "running.lock";

    private final Workspace workspace;
    private final Database database;
    private final RunLocks locks;
    private final InstantSource clock;

    private RunStore(Workspace workspace, Database database, RunLocks locks, InstantSource clock) {
        this.workspace = workspace;
        this.database = database;
        this.locks = locks;
        this.clock = clock;
    }

    /// Opens the history of a workspace; makes the workspace if there is none.
    public static RunStore open(Workspace workspace) {
        return open(workspace, InstantSource.system());
    }

    static RunStore open(Workspace workspace, InstantSource clock) {
        workspace.prepare();
        Database database = Database.open(workspace);
        try {
            return new RunStore(workspace, database, RunLocks.open(workspace.runs().resolve(LOCK_FILE)), clock);
        } catch (IOException e) {
            database.close();
            throw new ProblemException(workspace.unwritable(String.valueOf(e.getMessage())), e);
        }
    }

    /// Where this history lies.
    public Workspace workspace() {
        return workspace;
    }

    /// Begins a run, which is this process's until it is finished or the store is closed.
    public RunId begin(RunRequest request) {
        Instant now = clock.instant();
        RunId id = RunId.startedAt(now);
        return database.together(() -> {
            database.update("""
                    INSERT INTO runs (id, kind, created_ms, model_path, model_sha256, request_key, plan, environment)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)""", id.text(), request.kind(), now.toEpochMilli(),
                    request.model().toString(),
                    request.modelSha256(), request.requestKey(), request.planJson(), request.environmentJson());
            enter(id, RunState.RUNNING, null);
            locks.take(rowOf(id));
            return id;
        });
    }

    /// The latest run of this request that was cancelled or whose process was killed, and that nobody goes on with now.
    ///
    /// Empty if the same request has been finished since: then there is nothing to continue.
    public Optional<RunId> unfinished(String requestKey) {
        record Candidate(long row, RunId id) {}
        return database
                .list("""
                        SELECT seq, id FROM kept_runs WHERE request_key = ?1 AND state IN ('running', 'cancelled')
                        AND seq > (SELECT coalesce(max(seq), 0) FROM kept_runs WHERE request_key = ?1 AND state = 'finished')
                        ORDER BY seq DESC""",
                        row -> new Candidate(row.getLong("seq"), new RunId(row.getString("id"))), requestKey)
                .stream()
                .filter(candidate -> locks.isFree(candidate.row())).map(Candidate::id).findFirst();
    }

    /// Takes the run that [#unfinished(String)] names for this process and sets it running again.
    public Optional<RunId> resume(String requestKey) {
        return database.together(() -> {
            Optional<RunId> found = unfinished(requestKey).filter(id -> locks.take(rowOf(id)));
            found.ifPresent(id -> enter(id, RunState.RUNNING, null));
            return found;
        });
    }

    /// Ends a run with a result; without effect if it is finished already.
    ///
    /// @param resultJson what came out, as JSON
    /// @return whether this call ended it
    public boolean finish(RunId run, RunState state, String resultJson) {
        return end(run, state, resultJson);
    }

    /// Ends a run that leaves no result; without effect if it is finished already.
    ///
    /// @return whether this call ended it
    public boolean finish(RunId run, RunState state) {
        return end(run, state, null);
    }

    private boolean end(RunId run, RunState state, @Nullable String resultJson) {
        if (state == RunState.RUNNING) {
            throw new IllegalArgumentException("a run does not end by running");
        }
        return database.together(() -> {
            boolean ends = run(run).filter(found -> found.state() != RunState.FINISHED).isPresent();
            if (ends) {
                enter(run, state, resultJson);
                locks.release(rowOf(run));
            }
            return ends;
        });
    }

    private void enter(RunId run, RunState state, @Nullable String resultJson) {
        insertFor(run,
                "INSERT INTO run_states (run, state, at_ms, result) SELECT seq, ?2, ?3, ?4 FROM runs WHERE id = ?1",
                state.key(), now(),
                resultJson);
    }

    /// All runs, the newest first.
    public List<Run> runs() {
        return database.list("SELECT * FROM kept_runs ORDER BY seq DESC", RunStore::run);
    }

    /// One run; empty if there is none of this name or it was deleted.
    public Optional<Run> run(RunId id) {
        return database.first("SELECT * FROM kept_runs WHERE id = ?", RunStore::run, id.text());
    }

    /// Marks a run as deleted: with all that belongs to it, it is not found any more.
    ///
    /// @return false if there was none
    public boolean delete(RunId id) {
        return database.update("INSERT INTO run_tombstones (run, at_ms) SELECT seq, ?2 FROM kept_runs WHERE id = ?1",
                id.text(), now()) > 0;
    }

    /// Stores a finished block.
    ///
    /// @throws IllegalArgumentException if there is no such run, or a block of this name is stored already
    public void append(Block block) {
        Block.Key key = block.key();
        insertFor(key.run(),
                """
                        INSERT INTO blocks (run, variant, fork, kind, batch, sequence, n, encoding, samples, wall_ns, cpu_ns, started_ms)
                        SELECT seq, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM runs WHERE id = ?1""",
                key.variantKey(), key.fork(), key.kind(),
                key.batch(), key.sequence(), block.samples().size(), Samples.ENCODING, block.samples().compressed(),
                block.wallNs(),
                block.cpuNs(), block.startedAt().toEpochMilli());
    }

    /// The blocks of a run, in the order they were stored.
    public List<Block> blocks(RunId run) {
        return database.list("SELECT b.* FROM blocks b JOIN kept_runs r ON r.seq = b.run WHERE r.id = ? ORDER BY b.seq",
                row -> block(run, row),
                run.text());
    }

    /// Stores a fact; one of the same name is superseded.
    public void putFact(Fact fact) {
        insertFor(fact.run(),
                """
                        INSERT INTO facts (run, variant, fork, name, json, at_ms) SELECT seq, ?2, ?3, ?4, ?5, ?6 FROM runs WHERE id = ?1""",
                fact.variantKey(), fact.fork(), fact.name(), fact.json(), now());
    }

    /// The facts of a run, the latest of each variant, fork and name, in the order they were stored.
    public List<Fact> facts(RunId run) {
        return database.list(
                """
                        SELECT f.* FROM facts f JOIN kept_runs r ON r.seq = f.run WHERE r.id = ? AND f.seq =
                        (SELECT max(seq) FROM facts WHERE run = f.run AND variant = f.variant AND fork = f.fork AND name = f.name)
                        ORDER BY f.seq""",
                row -> new Fact(run, row.getString("variant"), row.getInt("fork"), row.getString("name"),
                        row.getString("json")),
                run.text());
    }

    /// Stores a score.
    public void putScore(StoredScore score) {
        insertFor(score.run(), """
                INSERT INTO scores (run, variant, dataset_sha256, selection, json, at_ms)
                SELECT seq, ?2, ?3, ?4, ?5, ?6 FROM runs WHERE id = ?1""", score.variant().hex(), score.datasetSha256(),
                score.selection(),
                score.json(), now());
    }

    /// The latest score of a variant on the same samples, from whatever run.
    public Optional<StoredScore> score(VariantId variant, String datasetSha256, String selection) {
        return database.first("""
                SELECT s.*, r.id FROM scores s JOIN kept_runs r ON r.seq = s.run
                WHERE s.variant = ? AND s.dataset_sha256 = ? AND s.selection = ? ORDER BY s.seq DESC LIMIT 1""",
                RunStore::score, variant.hex(),
                datasetSha256, selection);
    }

    /// The scores that a run took, in the order they were stored.
    public List<StoredScore> scores(RunId run) {
        return database.list(
                "SELECT s.*, r.id FROM scores s JOIN kept_runs r ON r.seq = s.run WHERE r.id = ? ORDER BY s.seq",
                RunStore::score,
                run.text());
    }

    /// Stores an event of a run, to be read back in this order.
    public void event(RunId run, String json) {
        insertFor(run,
                """
                        INSERT INTO events (run, seq, json, at_ms)
                        SELECT r.seq, (SELECT coalesce(max(seq), 0) + 1 FROM events WHERE run = r.seq), ?2, ?3 FROM runs r WHERE r.id = ?1""",
                json,
                now());
    }

    /// The events of a run as JSON, in the order they were stored.
    public List<String> events(RunId run) {
        return database.list(
                "SELECT e.json FROM events e JOIN kept_runs r ON r.seq = e.run WHERE r.id = ? ORDER BY e.seq",
                row -> row.getString("json"), run.text());
    }

    /// Stores how a variant was made; a variant of the same id is superseded.
    ///
    /// @throws IllegalArgumentException if its file lies outside of the workspace
    public void putVariant(StoredVariant variant) {
        database.update(
                """
                        INSERT INTO variants (id, parent_sha256, name, path, sha256, size_bytes, recipe, steps, provenance, created_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                variant.id().hex(), variant.parentSha256(), variant.name(),
                workspace.relative(variant.content().path()), variant.content().sha256(), variant.content().sizeBytes(),
                variant.recipeJson(),
                variant.stepsJson(), variant.provenanceJson(), variant.created().toEpochMilli());
    }

    /// A variant by its id. The history does not look whether its file still exists.
    public Optional<StoredVariant> variant(VariantId id) {
        return database.first("SELECT * FROM latest_variants WHERE id = ?", RunStore::variant, id.hex());
    }

    /// All variants, the newest first.
    public List<StoredVariant> variants() {
        return database.list("SELECT * FROM latest_variants ORDER BY seq DESC", RunStore::variant);
    }

    /// Whether text has the form that [#variantByPrefix(String)] reads.
    public static boolean isVariantPrefix(String text) {
        return VARIANT_PREFIX.matcher(text).matches();
    }

    /// The variant whose id begins so.
    ///
    /// @param prefix 6 to 12 hexadecimal digits
    /// @throws ProblemException `variant-prefix` if it has another form, `variant-ambiguous` if several variants fit
    public Optional<StoredVariant> variantByPrefix(String prefix) {
        if (!isVariantPrefix(prefix)) {
            throw Problem
                    .error("variant-prefix", prefix, "not the beginning of a variant id",
                            "Give 6 to 12 hexadecimal digits.")
                    .toException();
        }
        List<StoredVariant> found = database.list("SELECT * FROM latest_variants WHERE id GLOB ? ORDER BY seq DESC",
                RunStore::variant,
                prefix.toLowerCase(Locale.ROOT) + "*");
        if (found.size() > 1) {
            String ids = found.stream().map(variant -> variant.id() + " (" + variant.name() + ")")
                    .collect(Collectors.joining(", "));
            throw Problem.error("variant-ambiguous", prefix, "several variants begin so: " + ids, "Give more digits.")
                    .toException();
        }
        return found.stream().findFirst();
    }

    private long rowOf(RunId run) {
        return database.first("SELECT seq FROM runs WHERE id = ?", row -> row.getLong("seq"), run.text())
                .orElseThrow(() -> unknown(run));
    }

    private void insertFor(RunId run, String sql, @Nullable Object... values) {
        @Nullable
        Object[] arguments = new @Nullable Object[values.length + 1];
        arguments[0] = run.text();
        System.arraycopy(values, 0, arguments, 1, values.length);
        if (database.update(sql, arguments) == 0) {
            throw unknown(run);
        }
    }

    private static IllegalArgumentException unknown(RunId run) {
        return new IllegalArgumentException("the history knows no run " + run);
    }

    private long now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).toEpochMilli();
    }

    private static Run run(ResultSet row) throws SQLException {
        RunRequest request = new RunRequest(row.getString("kind"), Path.of(row.getString("model_path")),
                row.getString("model_sha256"),
                row.getString("request_key"), row.getString("plan"), row.getString("environment"));
        return new Run(new RunId(row.getString("id")), request, Instant.ofEpochMilli(row.getLong("created_ms")),
                RunState.ofKey(row.getString("state")), Optional.ofNullable(row.getString("result")));
    }

    private Block block(RunId run, ResultSet row) throws SQLException {
        Block.Key key = new Block.Key(run, row.getString("variant"), row.getInt("fork"), row.getString("kind"),
                row.getInt("batch"),
                row.getInt("sequence"));
        try {
            return new Block(key, Samples.expanded(row.getBytes("samples"), row.getInt("n")), row.getLong("wall_ns"),
                    row.getLong("cpu_ns"),
                    Instant.ofEpochMilli(row.getLong("started_ms")));
        } catch (DataFormatException e) {
            throw new ProblemException(Database.damaged(workspace, "block " + key + ": " + e.getMessage()), e);
        }
    }

    private static StoredScore score(ResultSet row) throws SQLException {
        return new StoredScore(new RunId(row.getString("id")), new VariantId(row.getString("variant")),
                row.getString("dataset_sha256"),
                row.getString("selection"), row.getString("json"));
    }

    private static StoredVariant variant(ResultSet row) throws SQLException {
        StoredVariant.Content content = new StoredVariant.Content(Path.of(row.getString("path")),
                row.getString("sha256"),
                row.getLong("size_bytes"));
        return new StoredVariant(new VariantId(row.getString("id")), row.getString("parent_sha256"),
                row.getString("name"), content,
                row.getString("recipe"), row.getString("steps"), row.getString("provenance"),
                Instant.ofEpochMilli(row.getLong("created_ms")));
    }

    /// Closes the history; runs that are still running can then be continued by others.
    @Override
    public void close() {
        try (locks) {
            database.close();
        } catch (IOException e) {
            throw new ProblemException(workspace.unwritable(String.valueOf(e.getMessage())), e);
        }
    }
}
