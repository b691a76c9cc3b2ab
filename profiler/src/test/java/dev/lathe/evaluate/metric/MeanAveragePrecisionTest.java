package dev.lathe.evaluate.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeanAveragePrecisionTest {
    private static Box box(int classIndex, double score, double left, double top, double right, double bottom) {
        return new Box(classIndex, score, left, top, right, bottom);
    }

    private static Outputs found(List<List<Box>> samples) {
        return new Outputs.Boxes(samples.stream().map(b -> new BoxDecoder.Decoded(b, true)).toList());
    }

    private static Prepared half(Outputs outputs, List<List<Box>> truth) {
        return MeanAveragePrecision.AT_HALF.prepare(outputs, new Reference.LabelledBoxes(truth));
    }

    @Test
    void allFoundIsOne() {
        List<Box> truth = List.of(box(1, 1, 0, 0, 10, 10), box(2, 1, 20, 20, 30, 40));
        Outputs same = found(List.of(List.of(box(1, 0.9, 0, 0, 10, 10), box(2, 0.3, 20, 20, 30, 40))));
        assertThat(half(same, List.of(truth)).value()).isEqualTo(1);
        assertThat(MeanAveragePrecision.COCO.prepare(same, new Reference.LabelledBoxes(List.of(truth))).value())
                .isEqualTo(1);
    }

    @Test
    void oneOfTwoFoundIsHalfAtCocoRecalls() {
        List<Box> truth = List.of(box(1, 1, 0, 0, 10, 10), box(1, 1, 20, 20, 30, 40));
        // precision 1 up to a recall of 0.5: 51 of the 101 recalls
        assertThat(half(found(List.of(List.of(box(1, 0.9, 0, 0, 10, 10)))), List.of(truth)).value())
                .isCloseTo(51 / 101.0, within(1e-12));
    }

    @Test
    void aSurerWrongBoxHalvesThePrecision() {
        List<Box> truth = List.of(box(1, 1, 0, 0, 10, 10));
        Outputs outputs = found(List.of(List.of(box(1, 0.9, 50, 50, 60, 60), box(1, 0.5, 0, 0, 10, 10))));
        assertThat(half(outputs, List.of(truth)).value()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void aSecondBoxOnTheSameObjectIsWrong() {
        List<Box> truth = List.of(box(1, 1, 0, 0, 10, 10), box(1, 1, 30, 30, 40, 40));
        Outputs outputs = found(List.of(List.of(box(1, 0.9, 0, 0, 10, 10), box(1, 0.8, 0, 0, 10, 9),
                box(1, 0.7, 30, 30, 40, 40))));
        // recall 0.5 at precision 1, recall 1 at precision 2/3
        assertThat(half(outputs, List.of(truth)).value()).isCloseTo((51 + 50 * 2 / 3.0) / 101, within(1e-12));
    }

    @Test
    void theMeanOverOverlapsPunishesLooseBoxes() {
        // the overlap is 0.72: right at 0.50 to 0.70, five of ten
        List<Box> truth = List.of(box(0, 1, 0, 0, 10, 10));
        Prepared coco = MeanAveragePrecision.COCO.prepare(found(List.of(List.of(box(0, 0.9, 0, 0, 10, 7.2)))),
                new Reference.LabelledBoxes(List.of(truth)));
        assertThat(coco.value()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void classesCountAlikeAndSamplesByTheirWeight() {
        Outputs outputs = found(List.of(List.of(box(1, 0.9, 0, 0, 10, 10)), List.of()));
        List<Box> first = List.of(box(1, 1, 0, 0, 10, 10));
        List<Box> second = List.of(box(2, 1, 0, 0, 10, 10));
        Prepared prepared = half(outputs, List.of(first, second));
        assertThat(prepared.value()).isCloseTo(0.5, within(1e-12));
        assertThat(prepared.value(new int[]{2, 0})).isEqualTo(1);
        assertThat(prepared.value(new int[]{0, 2})).isEqualTo(0);
    }

    @Test
    void saysWhatIsMissing() {
        Outputs numbers = new Outputs.Rows(List.of(new float[]{1}), 1);
        assertThatThrownBy(() -> half(numbers, List.of(List.of()))).hasMessage(
                "metric map-50: the outputs are not boxes. Set output.decoder in the dataset's description.");
        assertThatThrownBy(() -> half(found(List.of(List.of())), List.of(List.of())))
                .hasMessage("metric map-50: no sample has a labelled box. Check source.boxes.");
    }
}
