package dev.lathe.app.engine.store;

import dev.lathe.base.VariantId;
import java.util.List;
import java.util.Optional;

/// Finds the facts and scores that runs left.
final class FindingList {
    private final Database database;

    FindingList(Database database) {
        this.database = database;
    }

    List<Fact> facts(RunId run) {
        return database.list(
                """
                        SELECT f.* FROM facts f JOIN kept_runs r ON r.seq = f.run WHERE r.id = ? AND f.seq =
                        (SELECT max(seq) FROM facts WHERE run = f.run AND variant = f.variant AND fork = f.fork AND name = f.name)
                        ORDER BY f.seq""",
                row -> new Fact(run, row.getString("variant"), row.getInt("fork"), row.getString("name"),
                        row.getString("json")),
                run.text());
    }

    List<Fact> factsByKey(String name, String key, int most) {
        return database.list("""
                SELECT f.*, r.id FROM facts f JOIN kept_runs r ON r.seq = f.run
                WHERE f.name = ? AND json_extract(f.json, '$.key') = ? ORDER BY f.seq DESC LIMIT ?""",
                row -> new Fact(new RunId(row.getString("id")), row.getString("variant"), row.getInt("fork"), name,
                        row.getString("json")),
                name, key, most);
    }

    Optional<StoredScore> score(VariantId variant, String datasetSha256, String selection) {
        return database.first("""
                SELECT s.*, r.id FROM scores s JOIN kept_runs r ON r.seq = s.run
                WHERE s.variant = ? AND s.dataset_sha256 = ? AND s.selection = ? ORDER BY s.seq DESC LIMIT 1""",
                Rows::score, variant.hex(), datasetSha256, selection);
    }

    List<StoredScore> scores(RunId run) {
        return database.list(
                "SELECT s.*, r.id FROM scores s JOIN kept_runs r ON r.seq = s.run WHERE r.id = ? ORDER BY s.seq",
                Rows::score, run.text());
    }
}
