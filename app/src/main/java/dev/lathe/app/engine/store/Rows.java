package dev.lathe.app.engine.store;

import dev.lathe.base.ProblemException;
import dev.lathe.base.VariantId;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.DataFormatException;

/// Values out of rows.
final class Rows {
    private Rows() {}

    static Run run(ResultSet row) throws SQLException {
        RunRequest request = new RunRequest(row.getString("kind"), Path.of(row.getString("model_path")),
                row.getString("model_sha256"),
                row.getString("request_key"), row.getString("plan"), row.getString("environment"));
        return new Run(new RunId(row.getString("id")), request, Instant.ofEpochMilli(row.getLong("created_ms")),
                RunState.ofKey(row.getString("state")), Optional.ofNullable(row.getString("result")));
    }

    static Block block(Workspace workspace, RunId run, ResultSet row) throws SQLException {
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

    static StoredScore score(ResultSet row) throws SQLException {
        return new StoredScore(new RunId(row.getString("id")), new VariantId(row.getString("variant")),
                row.getString("dataset_sha256"),
                row.getString("selection"), row.getString("json"));
    }

    static StoredVariant variant(ResultSet row) throws SQLException {
        StoredVariant.Content content = new StoredVariant.Content(Path.of(row.getString("path")),
                row.getString("sha256"),
                row.getLong("size_bytes"));
        return new StoredVariant(new VariantId(row.getString("id")), row.getString("parent_sha256"),
                row.getString("name"), content,
                row.getString("recipe"), row.getString("steps"), row.getString("provenance"),
                Instant.ofEpochMilli(row.getLong("created_ms")));
    }
}
