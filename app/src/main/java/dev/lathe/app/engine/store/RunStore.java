package dev.lathe.app.engine.store;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.VariantId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The history of a workspace: what was asked, measured, scored and made.
///
/// Append-only: nothing is changed or deleted, a deletion is a mark. What a method has stored when it returns survives
/// the process being killed and a power cut; each call costs one flush of the disk. *Thread*: safe, and several processes
/// may use one workspace, each with one open store.
/// *Errors*: [ProblemException] with `workspace-unwritable`, `workspace-damaged`, `workspace-newer`, `workspace-busy` or
/// `disk-full`.
public final class RunStore implements AutoCloseable {
    private static final String LOCK_FILE = "running.lock";

    private final Workspace workspace;
    private final Database database;
    private final RunLocks locks;
    private final InstantSource clock;
    private final RunList list;
    private final VariantList variants;
    private final FindingList findings;

    private RunStore(Workspace workspace, Database database, RunLocks locks, InstantSource clock) {
        this.workspace = workspace;
        this.database = database;
        this.locks = locks;
        this.clock = clock;
        this.list = new RunList(database, locks);
        this.variants = new VariantList(workspace, database);
        this.findings = new FindingList(database);
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
            enter(id, RunState.RUNNING, null, null);
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
            found.ifPresent(id -> enter(id, RunState.RUNNING, null, null));
            return found;
        });
    }

    /// Ends a run with a result; without effect if it is finished already.
    ///
    /// @param resultJson what came out, as JSON
    /// @return whether this call ended it
    public boolean finish(RunId run, RunState state, String resultJson) {
        return end(run, state, resultJson, null);
    }

    /// Ends a run with a result; without effect if it is finished already.
    ///
    /// @param resultJson what came out, as JSON
    /// @param outcome the same in a few words, for lists
    /// @return whether this call ended it
    public boolean finish(RunId run, RunState state, String resultJson, String outcome) {
        return end(run, state, resultJson, outcome);
    }

    /// Ends a run that leaves no result; without effect if it is finished already.
    ///
    /// @return whether this call ended it
    public boolean finish(RunId run, RunState state) {
        return end(run, state, null, null);
    }

    private boolean end(RunId run, RunState state, @Nullable String resultJson, @Nullable String outcome) {
        if (state == RunState.RUNNING) {
            throw new IllegalArgumentException("a run does not end by running");
        }
        return database.together(() -> {
            boolean ends = run(run).filter(found -> found.state() != RunState.FINISHED).isPresent();
            if (ends) {
                enter(run, state, resultJson, outcome);
                locks.release(rowOf(run));
            }
            return ends;
        });
    }

    private void enter(RunId run, RunState state, @Nullable String resultJson, @Nullable String outcome) {
        insertFor(run,
                """
                        INSERT INTO run_states (run, state, at_ms, result, outcome) SELECT seq, ?2, ?3, ?4, ?5 FROM runs WHERE id = ?1""",
                state.key(), now(), resultJson, outcome);
    }

    /// All runs, the newest first.
    public List<Run> runs() {
        return database.list("SELECT * FROM kept_runs ORDER BY seq DESC", Rows::run);
    }

    /// One run; empty if there is none of this name or it was deleted.
    public Optional<Run> run(RunId id) {
        return database.first("SELECT * FROM kept_runs WHERE id = ?", Rows::run, id.text());
    }

    /// The runs that fit, the newest first, without what makes them large.
    public List<RunSummary> summaries(RunFilter filter) {
        return list.matching(filter);
    }

    /// The run whose name begins so.
    ///
    /// @throws ProblemException `run-unknown` or `run-ambiguous`, naming candidates
    public Run runByPrefix(String prefix) {
        return list.beginning(prefix);
    }

    /// Where a run stands, told apart from one whose process is gone.
    public Standing standing(RunId run) {
        return list.standing(run);
    }

    /// What became of a run, in this order.
    public List<StateChange> states(RunId run) {
        return list.states(run);
    }

    /// Marks a run as deleted: with all that belongs to it, it is not found any more.
    ///
    /// @return false if there was none
    /// @throws ProblemException `run-running` if it goes on in a living process
    public boolean delete(RunId id) {
        return database.together(() -> {
            if (run(id).isPresent() && standing(id) == Standing.RUNNING) {
                throw Problem.error("run-running", id.text(), "the run goes on, in this process or another",
                        "Wait for it or cancel it, and delete it then.").toException();
            }
            return entomb(id);
        });
    }

    private boolean entomb(RunId id) {
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

    /// How much a run has measured of each thing, in the order it began with them.
    public List<BlockCount> blockCounts(RunId run) {
        return list.blockCounts(run);
    }

    /// The blocks of a run, in the order they were stored.
    public List<Block> blocks(RunId run) {
        return database.list("SELECT b.* FROM blocks b JOIN kept_runs r ON r.seq = b.run WHERE r.id = ? ORDER BY b.seq",
                row -> Rows.block(workspace, run, row),
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
        return findings.facts(run);
    }

    /// The latest facts of a name, of whatever runs are kept, whose JSON is an object with this key; the latest first.
    public List<Fact> factsByKey(String name, String key, int most) {
        return findings.factsByKey(name, key, most);
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
        return findings.score(variant, datasetSha256, selection);
    }

    /// The scores that a run took, in the order they were stored.
    public List<StoredScore> scores(RunId run) {
        return findings.scores(run);
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

    /// The events of a run, in the order they were stored.
    public List<StoredEvent> events(RunId run) {
        return database.list(
                "SELECT e.json, e.at_ms FROM events e JOIN kept_runs r ON r.seq = e.run WHERE r.id = ? ORDER BY e.seq",
                row -> new StoredEvent(Instant.ofEpochMilli(row.getLong("at_ms")), row.getString("json")), run.text());
    }

    /// Notes that a run refers to a variant; to be called before looking whether its file is there.
    public void useVariant(RunId run, VariantId variant) {
        use(run, "variant", variant.hex());
    }

    /// Notes that a run refers to a bundle; to be called before writing it.
    ///
    /// @param folder kept relative where it lies inside of the workspace
    public void useBundle(RunId run, Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        use(run, "bundle",
                absolute.startsWith(workspace.root()) ? workspace.relative(absolute) : absolute.toString());
    }

    private void use(RunId run, String kind, String name) {
        database.update("INSERT OR IGNORE INTO run_uses (run, kind, name, at_ms) VALUES (?, ?, ?, ?)", rowOf(run), kind,
                name, now());
    }

    /// The bundles a run has written, relative to the workspace or absolute; whether they still exist is not looked at.
    public List<Path> bundles(RunId run) {
        return database.list("""
                SELECT u.name FROM run_uses u JOIN kept_runs r ON r.seq = u.run
                WHERE u.kind = 'bundle' AND r.id = ? ORDER BY u.rowid""", row -> Path.of(row.getString("name")),
                run.text());
    }

    /// The files of the workspace that no run refers to.
    public Leftovers leftovers() {
        return new Cleaning(workspace, database, list).find();
    }

    /// Removes the files that no run refers to.
    ///
    /// @return what was removed
    /// @throws ProblemException `clean-failed` if a file cannot be removed
    public Leftovers clean() {
        return new Cleaning(workspace, database, list).remove();
    }

    /// Stores how a variant was made; a variant of the same id is superseded.
    ///
    /// @throws IllegalArgumentException if its file lies outside of the workspace
    public void putVariant(StoredVariant variant) {
        variants.put(variant);
    }

    /// A variant by its id. The history does not look whether its file still exists.
    public Optional<StoredVariant> variant(VariantId id) {
        return variants.of(id);
    }

    /// All variants, the newest first.
    public List<StoredVariant> variants() {
        return variants.all();
    }

    /// The variants a run refers to, in the order it named them; those that were never made are left out.
    public List<StoredVariant> variants(RunId run) {
        return variants.of(run);
    }

    /// Whether text has the form that [#variantByPrefix(String)] reads.
    public static boolean isVariantPrefix(String text) {
        return VariantList.isPrefix(text);
    }

    /// The variant whose id begins so.
    ///
    /// @param prefix 6 to 12 hexadecimal digits
    /// @throws ProblemException `variant-prefix` if it has another form, `variant-ambiguous` if several variants fit
    public Optional<StoredVariant> variantByPrefix(String prefix) {
        return variants.beginning(prefix);
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

    static IllegalArgumentException unknown(RunId run) {
        return new IllegalArgumentException("the history knows no run " + run);
    }

    private long now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).toEpochMilli();
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
