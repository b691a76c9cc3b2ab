package dev.lathe.evaluate.source;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/// Says what a BERT `vocab.txt` leaves unsaid: the `tokenizer.json` around it, as BERT's own converter writes it.
final class WordPiece {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CLASS = "[CLS]";
    private static final String SEPARATOR = "[SEP]";
    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", CLASS, SEPARATOR, "[MASK]");
    private static final int LONGEST_WORD = 100;

    private WordPiece() {}

    /// The vocabulary is taken as lower-case where no entry but the special ones has a capital.
    static byte[] json(List<String> vocabulary) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (String token : vocabulary) {
            ids.putIfAbsent(token, ids.size());
        }
        boolean lowercase = vocabulary.stream().filter(t -> !t.startsWith("["))
                .noneMatch(t -> t.codePoints().anyMatch(Character::isUpperCase));
        Map<String, Object> tokenizer = new LinkedHashMap<>();
        tokenizer.put("version", "1.0");
        tokenizer.put("added_tokens", added(ids));
        tokenizer.put("normalizer", Map.of("type", "BertNormalizer", "clean_text", true, "handle_chinese_chars", true,
                "lowercase", lowercase));
        tokenizer.put("pre_tokenizer", Map.of("type", "BertPreTokenizer"));
        tokenizer.put("post_processor", Map.of("type", "BertProcessing", "sep",
                List.of(SEPARATOR, ids.getOrDefault(SEPARATOR, 0)), "cls", List.of(CLASS, ids.getOrDefault(CLASS, 0))));
        tokenizer.put("model", Map.of("type", "WordPiece", "unk_token", "[UNK]", "continuing_subword_prefix", "##",
                "max_input_chars_per_word", LONGEST_WORD, "vocab", ids));
        return JSON.writeValueAsBytes(tokenizer);
    }

    private static List<Map<String, Object>> added(Map<String, Integer> ids) {
        List<Map<String, Object>> added = new ArrayList<>();
        for (String token : SPECIAL) {
            Integer id = ids.get(token);
            if (id != null) {
                added.add(Map.of("id", id, "content", token, "single_word", false, "lstrip", false, "rstrip", false,
                        "normalized", false, "special", true));
            }
        }
        return added;
    }
}
