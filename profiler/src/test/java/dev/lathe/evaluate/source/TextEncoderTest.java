package dev.lathe.evaluate.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextEncoderTest {
    private static final String LOWER = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##aff\n##able\ncafe\n,\n";

    @TempDir
    private Path folder;

    @Test
    void splitsWordsByTheLongestPieces() throws IOException {
        TextEncoder.Encoded encoded = open(LOWER, 16).encode("Unaffable, CAFÉ zzz");
        assertThat(encoded.ids()).containsExactly(2L, 5L, 6L, 7L, 9L, 8L, 1L, 3L);
        assertThat(encoded.mask()).containsOnly(1L).hasSize(8);
        assertThat(encoded.typeIds()).containsOnly(0L).hasSize(8);
    }

    @Test
    void keepsCapitalsWhereTheVocabularyHasThem() throws IOException {
        assertThat(open(LOWER + "Cafe\n", 16).encode("Cafe cafe").ids()).containsExactly(2L, 10L, 8L, 3L);
    }

    @Test
    void truncatesAndNeverPads() throws IOException {
        TextEncoder encoder = open(LOWER, 4);
        assertThat(encoder.encode("cafe cafe cafe cafe").ids()).containsExactly(2L, 8L, 8L, 3L);
        assertThat(encoder.encode("cafe").ids()).containsExactly(2L, 8L, 3L);
        assertThat(encoder.paddingId()).isZero();
    }

    @Test
    void overridesThePaddingOfATokenizerFile() throws IOException {
        String json = new String(WordPiece.json(LOWER.lines().toList()), StandardCharsets.UTF_8);
        Path file = Files.writeString(folder.resolve("tokenizer.json"), json.replaceFirst("\\{", """
                {"truncation":null,"padding":{"strategy":{"Fixed":12},"direction":"Right","pad_to_multiple_of":null,
                 "pad_id":4,"pad_type_id":0,"pad_token":"[MASK]"},"""));
        TextEncoder encoder = TextEncoder.open(file, 5);
        assertThat(encoder.encode("cafe").ids()).containsExactly(2L, 8L, 3L);
        assertThat(encoder.encode("cafe cafe cafe cafe").ids()).hasSize(5);
        assertThat(encoder.paddingId()).isEqualTo(4);
    }

    private TextEncoder open(String vocabulary, int maxLength) throws IOException {
        return TextEncoder.open(Files.writeString(folder.resolve("vocab.txt"), vocabulary), maxLength);
    }
}
