package dev.lathe.evaluate.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxAgreementTest {

    @Test
    void overlapIsSharedAreaOverCoveredArea() {
        assertThat(box(0, 1, 0, 0, 10, 10).iou(box(0, 1, 5, 0, 15, 10))).isCloseTo(50.0 / 150, within(1e-12));
        assertThat(box(0, 1, 0, 0, 10, 10).iou(box(0, 1, 10, 0, 20, 10))).isZero();
        assertThat(box(0, 1, 0, 0, 0, 0).iou(box(0, 1, 0, 0, 0, 0))).isZero();
    }

    @Test
    void suppressionKeepsTheSurestOfItsClass() {
        Box sure = box(1, 0.9, 0, 0, 10, 10);
        Box near = box(1, 0.8, 1, 0, 11, 10);
        Box otherClass = box(2, 0.7, 1, 0, 11, 10);
        Box far = box(1, 0.6, 50, 50, 60, 60);
        assertThat(Box.suppressed(List.of(far, near, otherClass, sure), 0.5)).containsExactly(sure, otherClass, far);
        assertThat(Box.suppressed(List.of(near, sure), 0.9)).containsExactly(sure, near);
    }

    @Test
    void decodesTheYoloxGrid() {
        BoxDecoder.Yolox decoder = new BoxDecoder.Yolox(64, 32, 2, 0.3, 0.5);
        // strides 8, 16, 32 on 64 x 32: 8*4 + 4*2 + 2*1 = 42 anchors of 7 numbers
        float[] output = new float[42 * 7];
        // stride 16 starts at anchor 32; its row 1, column 2 is anchor 32 + 1*4 + 2
        int at = (32 + 4 + 2) * 7;
        output[at] = 0.5f;
        output[at + 1] = 0.25f;
        output[at + 2] = (float) Math.log(2);
        output[at + 3] = 0;
        output[at + 4] = 0.8f;
        output[at + 5] = 0.1f;
        output[at + 6] = 0.5f;

        BoxDecoder.Decoded decoded = decoder.decode(output);
        assertThat(decoded.finite()).isTrue();
        assertThat(decoded.boxes()).hasSize(1);
        Box found = decoded.boxes().getFirst();
        assertThat(found.classIndex()).isEqualTo(1);
        assertThat(found.score()).isCloseTo(0.4, within(1e-6));
        // centre (2.5 * 16, 1.25 * 16), size 32 x 16
        assertThat(List.of(found.left(), found.top(), found.right(), found.bottom()))
                .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-4 ? 0 : Double.compare(a, b), Double.class)
                .containsExactly(24.0, 12.0, 56.0, 28.0);
    }

    @Test
    void decodesScoresAndBoxesWithoutTheBackground() {
        BoxDecoder decoder = new BoxDecoder.ScoresBoxes(2, 0.7, 0.5);
        float[] scores = {0.9f, 0.1f, 0.2f, 0.8f, 0.25f, 0.75f};
        float[] boxes = {0, 0, 1, 1, 0.1f, 0.1f, 0.5f, 0.5f, 0.6f, 0.6f, 0.9f, 0.9f};
        assertThat(decoder.decode(scores, boxes).boxes()).extracting(Box::score)
                .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1, Double.class)
                .containsExactly(0.8, 0.75);
        // a single class has no background
        assertThat(new BoxDecoder.ScoresBoxes(1, 0.7, 0.5).decode(new float[]{0.9f}, new float[]{0, 0, 1, 1}).boxes())
                .extracting(Box::classIndex).containsExactly(0);
    }

    @Test
    void agreementCountsMatchedBoxesOfBothSides() {
        Box dog = box(16, 0.8, 0, 0, 10, 10);
        Box dogMoved = box(16, 0.7, 2, 0, 12, 10);
        Box car = box(2, 0.8, 50, 50, 90, 90);
        Box bus = box(5, 0.8, 50, 50, 90, 90);
        // IoU of the dogs 80/120; car and bus are of different classes; the empty sample adds nothing
        Outputs original = boxes(List.of(dog, car), List.of());
        assertThat(agreement(boxes(List.of(dogMoved, bus), List.of()), original)).isCloseTo(2.0 / 4, within(1e-12));
        assertThat(agreement(original, original)).isEqualTo(1);
        assertThat(agreement(boxes(List.of(dog), List.of(car)), original)).isCloseTo(2.0 / 4, within(1e-12));
        assertThat(agreement(boxes(List.of(), List.of()), boxes(List.of(), List.of()))).isEqualTo(1);
    }

    @Test
    void oneBoxMatchesOnlyOnce() {
        Box box = box(1, 0.9, 0, 0, 10, 10);
        Box near = box(1, 0.8, 1, 0, 11, 10);
        Box nearer = box(1, 0.7, 0.1, 0, 10.1, 10);
        assertThat(BoxAgreement.matched(List.of(box), List.of(near, nearer))).isEqualTo(1);
        assertThat(BoxAgreement.matched(List.of(box, near), List.of(nearer, near))).isEqualTo(2);
        assertThat(BoxAgreement.matched(List.of(box), List.of(box(1, 1, 3.4, 0, 13.4, 10)))).isZero();
    }

    @Test
    void nanInADetectorIsReportedAndMatchesNothing() {
        BoxDecoder decoder = new BoxDecoder.ScoresBoxes(2, 0.7, 0.5);
        float[] boxes = {0, 0, 1, 1};
        BoxDecoder.Decoded good = decoder.decode(new float[]{0, 1}, boxes);
        BoxDecoder.Decoded broken = decoder.decode(new float[]{0, Float.NaN}, boxes);
        assertThat(broken.boxes()).isEmpty();

        Prepared agreement = new BoxAgreement().prepare(new Outputs.Boxes(List.of(good, broken)),
                new Reference.Original(new Outputs.Boxes(List.of(good, good))));
        assertThat(agreement.value()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(agreement.problems()).extracting(Problem::sentence).singleElement().asString()
                .startsWith("output of the variant: NaN or infinite in 1 of 2 samples, first in sample 1");
    }

    @Test
    void saysWhatADecoderReads() {
        assertThatThrownBy(() -> new BoxDecoder.Yolox(416, 416, 80, 0.3, 0.5).decode(new float[10]))
                .hasMessage("decoder yolox: it reads one output of 3549 x 85, and the model gave 10 numbers. "
                        + "Check output.decoder of the dataset.");
        assertThatThrownBy(() -> new BoxDecoder.ScoresBoxes(2, 0.7, 0.5).decode(new float[4], new float[4]))
                .hasMessage("decoder scores-boxes: it reads scores of 2 and boxes of 4 an anchor, and the model "
                        + "gave 4 and 4 numbers. Check output.decoder of the dataset.");
        assertThatThrownBy(() -> new BoxAgreement().prepare(Outputs.Labels.of(1),
                new Reference.Original(Outputs.Labels.of(1))))
                .hasMessage("metric box-agreement: the outputs were not decoded into boxes. "
                        + "Name a decoder in the dataset's output.decoder: yolox or scores-boxes.");
    }

    private static double agreement(Outputs variant, Outputs original) {
        return new BoxAgreement().prepare(variant, new Reference.Original(original)).value();
    }

    private static Outputs boxes(List<Box> first, List<Box> second) {
        return new Outputs.Boxes(
                List.of(new BoxDecoder.Decoded(first, true), new BoxDecoder.Decoded(second, true)));
    }

    private static Box box(int classIndex, double score, double left, double top, double right, double bottom) {
        return new Box(classIndex, score, left, top, right, bottom);
    }
}
