package dev.lathe.app.engine.store;

import dev.lathe.base.VariantId;
import java.nio.file.Path;
import java.time.Instant;

/// Values to store.
final class Examples {
    static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123Z");
    static final VariantId VARIANT = new VariantId("0123456789ab");

    private Examples() {}

    static RunRequest request(String key) {
        return new RunRequest("auto", Path.of("models", "a b?.onnx"), "ab".repeat(32), key, "{\"budgetNs\":1}",
                "{\"cpu\":\"x\"}");
    }

    static Block block(RunId run, int sequence, long... samplesNs) {
        return new Block(new Block.Key(run, "clean", 1, "latency", 4, sequence), Samples.of(samplesNs), 1_000_000_007L,
                3_000_000_001L, NOON);
    }

    static StoredVariant variant(String id, String name) {
        return new StoredVariant(new VariantId(id), "cd".repeat(32), name,
                new StoredVariant.Content(Path.of("variants", id + ".onnx"), "ef".repeat(32), 5_000_000_000L),
                "{\"steps\":[]}", "[{\"pass\":\"x\"}]",
                "{\"lathe\":\"0.1\"}", NOON);
    }
}
