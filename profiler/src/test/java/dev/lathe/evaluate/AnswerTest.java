package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.evaluate.metric.Box;
import dev.lathe.evaluate.metric.BoxDecoder;
import dev.lathe.evaluate.metric.Outputs;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AnswerTest {
    @Test
    void ranksClassesAsTheMetricsChooseThem() {
        List<Answer> answers = Answer.of(new Outputs.Rows(List.of(new float[]{0.1f, 0.7f, 0.7f, 0.2f}), 4), true);
        assertThat(answers).singleElement().satisfies(a -> {
            assertThat(a.chosen()).hasValue(1);
            assertThat(a.best()).extracting(Answer.Ranked::index).containsExactly(1, 2, 3, 0);
        });
    }

    @Test
    void whatIsNotFiniteChoosesNothing() {
        assertThat(Answer.of(new Outputs.Rows(List.of(new float[]{1, Float.NaN}), 2), true)).singleElement()
                .satisfies(a -> {
                    assertThat(a.chosen()).isEmpty();
                    assertThat(a.best()).isEmpty();
                    assertThat(a.words()).isEqualTo("NaN or infinite");
                });
    }

    @Test
    void numbersThatRateNoClassesAreWords() {
        assertThat(Answer.of(new Outputs.Rows(List.of(new float[]{0.5f, 2}), 2), false)).singleElement()
                .satisfies(a -> {
                    assertThat(a.chosen()).isEmpty();
                    assertThat(a.words()).isEqualTo("0.5000, 2.000");
                });
        assertThat(Answer.of(new Outputs.Rows(List.of(new float[20]), 10), true).getFirst().words())
                .endsWith(", … (20 numbers)");
    }

    @Test
    void labelsAndBoxesAreAnswersToo() {
        assertThat(Answer.of(new Outputs.Labels(List.of(3L, -1L)), true)).extracting(Answer::chosen)
                .containsExactly(OptionalInt.of(3), OptionalInt.empty());
        assertThat(Answer.of(new Outputs.Boxes(List.of(
                new BoxDecoder.Decoded(List.of(new Box(0, 1, 0, 0, 1, 1)), true),
                new BoxDecoder.Decoded(List.of(), true))), false)).extracting(Answer::words)
                .containsExactly("1 box", "0 boxes");
    }
}
