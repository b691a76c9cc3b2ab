package dev.lathe.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
    @TempDir
    Path folder;

    @Test
    void aKnownReadingKeepsItsSourceWhenMapped() {
        Reading<Integer> reading = Reading.known("12", "/proc/meminfo").map(Integer::valueOf);
        assertThat(reading).isEqualTo(Reading.known(12, "/proc/meminfo"));
        assertThat(reading.toOptional()).contains(12);
    }

    @Test
    void anUnknownReadingKeepsItsReasonWhenMapped() {
        Reading<Integer> reading = Reading.<String>unknown("not on this system").map(Integer::valueOf);
        assertThat(reading).isEqualTo(Reading.unknown("not on this system"));
        assertThat(reading.toOptional()).isEmpty();
    }

    @Test
    void theFirstKnownReadingIsTaken() {
        Reading<Integer> known = Reading.known(1, "a");
        assertThat(known.or(Reading.known(2, "b"))).isEqualTo(known);
        assertThat(Reading.<Integer>unknown("no").or(known)).isEqualTo(known);
    }

    @Test
    void aProblemIsOneSentence() {
        assertThat(Problem.error("code", "a.onnx", "it is empty", "Get it again.").sentence())
                .isEqualTo("a.onnx: it is empty. Get it again.");
        assertThat(Problem.note("code", "", "nothing to do").sentence()).isEqualTo("nothing to do.");
    }

    @Test
    void anExceptionSaysAllItsProblems() {
        ProblemException exception = new ProblemException(
                List.of(Problem.note("a", "", "one"), Problem.note("b", "", "two")));
        assertThat(exception).hasMessage("one.\ntwo.");
        assertThat(exception.problems()).extracting(Problem::code).containsExactly("a", "b");
    }

    @Test
    void aVariantIdIsTwelveDigitsOfItsParts() {
        VariantId id = VariantId.of("parent", "recipe");
        assertThat(id.hex()).matches("[0-9a-f]{12}").isEqualTo(Sha256.ofText("parent\u0000recipe").substring(0, 12));
        assertThat(VariantId.of("parent", "recipe")).isEqualTo(id).hasToString(id.hex());
    }

    @Test
    void theBorderBetweenThePartsOfAVariantIdMatters() {
        assertThat(VariantId.of("ab", "c")).isNotEqualTo(VariantId.of("a", "bc"));
    }

    @Test
    void anythingElseIsNoVariantId() {
        assertThatIllegalArgumentException().isThrownBy(() -> new VariantId("ABCDEF012345"))
                .withMessage("not a variant id: ABCDEF012345");
        assertThatIllegalArgumentException().isThrownBy(() -> new VariantId("abc"));
    }

    @Test
    void hashesAreThoseOfTheStandard() throws IOException {
        // FIPS 180-2, appendix B.1
        String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        Path file = Files.writeString(folder.resolve("abc"), "abc");
        assertThat(Sha256.ofText("abc")).isEqualTo(abc);
        assertThat(Sha256.ofFile(file)).isEqualTo(abc);
        assertThatThrownBy(() -> Sha256.ofFile(folder.resolve("none"))).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aFileLargerThanTheBufferIsHashedWhole() throws IOException {
        byte[] bytes = new byte[200_001];
        bytes[200_000] = 1;
        assertThat(Sha256.ofFile(Files.write(folder.resolve("large"), bytes))).isEqualTo(Sha256.ofBytes(bytes));
    }
}
