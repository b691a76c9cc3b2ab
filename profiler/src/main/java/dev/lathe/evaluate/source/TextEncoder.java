package dev.lathe.evaluate.source;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Splits text into the numbers of a vocabulary: Hugging Face's `tokenizer.json`, or BERT's bare `vocab.txt`.
///
/// Truncates to the given length and never pads, whatever the file says about it. Lives as long as the JVM does, as its
/// native part is freed with it. Thread-safe.
final class TextEncoder {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HuggingFaceTokenizer tokenizer;
    private final long paddingId;

    private TextEncoder(HuggingFaceTokenizer tokenizer, long paddingId) {
        this.tokenizer = tokenizer;
        this.paddingId = paddingId;
    }

    /// What a text became.
    record Encoded(List<Long> ids, List<Long> mask, List<Long> typeIds) {}

    static TextEncoder open(Path file, int maxLength) {
        // DJL reports its use to its makers unless told not to; nothing of Lathe phones home.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        byte[] json = json(file);
        Map<String, String> options = Map.of("maxLength", Integer.toString(maxLength), "modelMaxLength",
                Integer.toString(maxLength), "truncation", "true", "padding", "false", "addSpecialTokens", "true");
        try (InputStream in = new ByteArrayInputStream(json)) {
            return new TextEncoder(HuggingFaceTokenizer.newInstance(in, options), paddingId(json));
        } catch (IOException | RuntimeException e) {
            // the native part answers what it cannot read with a RuntimeException
            throw new ProblemException(unusable(file, String.valueOf(e.getMessage())), e);
        }
    }

    Encoded encode(String text) {
        Encoding encoding = tokenizer.encode(text);
        return new Encoded(list(encoding.getIds()), list(encoding.getAttentionMask()), list(encoding.getTypeIds()));
    }

    /// What a model of fixed length is filled up with.
    long paddingId() {
        return paddingId;
    }

    private static List<Long> list(long... values) {
        return LongStream.of(values).boxed().toList();
    }

    private static byte[] json(Path file) {
        try {
            return file.getFileName().toString().endsWith(".txt")
                    ? WordPiece.json(Files.readAllLines(file))
                    : Files.readAllBytes(file);
        } catch (IOException e) {
            throw SourceProblems.unreadable(file, e);
        }
    }

    private static long paddingId(byte[] json) {
        try {
            JsonNode tree = JSON.readTree(json);
            JsonNode padding = tree.path("padding").path("pad_id");
            return padding.isIntegralNumber()
                    ? padding.longValue()
                    : tree.path("model").path("vocab").path("[PAD]").asLong(0);
        } catch (JacksonException _) {
            return 0;
        }
    }

    private static Problem unusable(Path file, String why) {
        return Problem.error("dataset-tokenizer", file.toString(), "is no usable tokenizer (" + why + ")",
                "Name a Hugging Face tokenizer.json, or a BERT vocab.txt.");
    }
}
