package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfusionTest {
    private static List<OptionalInt> classes(int... indices) {
        return IntStream.of(indices).mapToObj(i -> i < 0 ? OptionalInt.empty() : OptionalInt.of(i)).toList();
    }

    @Test
    void countsWhatWasTakenForWhat() {
        Confusion confusion = Confusion.of(classes(0, 0, 1, 2, 2), classes(0, 1, 1, 0, -1));
        assertThat(confusion.classes()).isEqualTo(3);
        assertThat(IntStream.range(0, 9).map(i -> confusion.count(Math.floorDiv(i, 3), i % 3))).containsExactly(1, 1, 0,
                0,
                1, 0, 1, 0, 0);
        assertThat(confusion.total(2)).isEqualTo(1);
    }

    @Test
    void ofManyClassesThoseWithMostMistakesAreChosenInTheirOrder() {
        Confusion confusion = Confusion.of(classes(0, 1, 2, 3, 4), classes(0, 4, 2, 1, 4));
        assertThat(confusion.mostMistaken(3)).containsExactly(1, 3, 4);
        assertThat(confusion.mostMistaken(5)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void nothingAnsweredHasNoClasses() {
        assertThat(Confusion.of(List.of(), List.of()).classes()).isZero();
    }
}
