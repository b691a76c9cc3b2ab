package dev.lathe.evaluate.metric;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.util.ArrayList;
import java.util.List;

/// Turns a detector's raw outputs of one sample into boxes.
public sealed interface BoxDecoder {

    /// What was found in one sample.
    ///
    /// @param boxes surest first
    /// @param finite whether all raw outputs were finite; boxes with NaN are left out
    record Decoded(List<Box> boxes, boolean finite) {

        /// Keeps the boxes.
        public Decoded {
            boxes = List.copyOf(boxes);
        }
    }

    /// Decodes one sample.
    ///
    /// @param outputs the tensors the decoder reads, flattened, in the order it names
    /// @throws dev.lathe.base.ProblemException if their lengths do not fit
    Decoded decode(float[]... outputs);

    /// YOLOX's grid: one output `[anchors, 5 + classes]` of centre, log size, objectness and class scores (both after
    /// their sigmoid), for strides 8, 16 and 32, rows first. Boxes are in pixels of the model's input.
    ///
    /// Source: Megvii-BaseDetection/YOLOX, `demo_postprocess`.
    ///
    /// @param width of the model's input in pixels
    /// @param height of the model's input in pixels
    /// @param classes how many classes
    /// @param threshold the least objectness times class score
    /// @param iou for non-maximum suppression
    record Yolox(int width, int height, int classes, double threshold, double iou) implements BoxDecoder {
        private static final int[] STRIDES = {8, 16, 32};
        private static final int BOX_FIELDS = 5;

        @Override
        public Decoded decode(float[]... outputs) {
            int row = BOX_FIELDS + classes;
            int anchors = 0;
            for (int stride : STRIDES) {
                anchors += (width / stride) * (height / stride);
            }
            if (outputs.length != 1 || outputs[0].length != anchors * row) {
                throw unfit("yolox", "one output of " + anchors + " x " + row, outputs);
            }
            List<Box> boxes = new ArrayList<>();
            int at = 0;
            for (int stride : STRIDES) {
                for (int y = 0; y < height / stride; y++) {
                    for (int x = 0; x < width / stride; x++) {
                        box(outputs[0], at, x, y, stride, boxes);
                        at += row;
                    }
                }
            }
            return new Decoded(Box.suppressed(boxes, iou), finite(outputs));
        }

        private void box(float[] values, int at, int gridX, int gridY, int stride, List<Box> boxes) {
            int best = best(values, at + BOX_FIELDS, classes, 0);
            double score = (double) values[at + 4] * values[at + BOX_FIELDS + best];
            double x = (values[at] + gridX) * stride;
            double y = (values[at + 1] + gridY) * stride;
            double halfWidth = Math.exp(values[at + 2]) * stride / 2;
            double halfHeight = Math.exp(values[at + 3]) * stride / 2;
            if (score >= threshold && Double.isFinite(x + y + halfWidth + halfHeight)) {
                boxes.add(new Box(best, score, x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight));
            }
        }
    }

    /// Two outputs, scores `[anchors, classes]` and boxes `[anchors, 4]` of left, top, right, bottom in 0..1.
    ///
    /// With two classes or more, class 0 is the background (as in SSD and UltraFace) and never a box.
    ///
    /// @param classes how many classes, the background included
    /// @param threshold the least score
    /// @param iou for non-maximum suppression
    record ScoresBoxes(int classes, double threshold, double iou) implements BoxDecoder {
        private static final int BOX_FIELDS = 4;

        @Override
        public Decoded decode(float[]... outputs) {
            if (outputs.length != 2 || outputs[0].length / classes * BOX_FIELDS != outputs[1].length
                    || outputs[0].length % classes != 0) {
                throw unfit("scores-boxes", "scores of " + classes + " and boxes of " + BOX_FIELDS + " an anchor",
                        outputs);
            }
            float[] scores = outputs[0];
            float[] corners = outputs[1];
            int first = classes > 1 ? 1 : 0;
            List<Box> boxes = new ArrayList<>();
            for (int a = 0; a < corners.length / BOX_FIELDS; a++) {
                int best = best(scores, a * classes, classes, first);
                double score = scores[a * classes + best];
                double sum = (double) corners[4 * a] + corners[4 * a + 1] + corners[4 * a + 2] + corners[4 * a + 3];
                if (score >= threshold && Double.isFinite(sum)) {
                    boxes.add(new Box(best, score, corners[4 * a], corners[4 * a + 1], corners[4 * a + 2],
                            corners[4 * a + 3]));
                }
            }
            return new Decoded(Box.suppressed(boxes, iou), finite(outputs));
        }
    }

    private static int best(float[] values, int from, int classes, int first) {
        int best = first;
        for (int c = first + 1; c < classes; c++) {
            if (values[from + c] > values[from + best]) {
                best = c;
            }
        }
        return best;
    }

    private static boolean finite(float[]... outputs) {
        for (float[] output : outputs) {
            for (float value : output) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static ProblemException unfit(String decoder, String wanted, float[]... outputs) {
        StringBuilder lengths = new StringBuilder();
        for (float[] output : outputs) {
            lengths.append(lengths.isEmpty() ? "" : " and ").append(output.length);
        }
        return Problem.error("decoder-does-not-fit", "decoder " + decoder,
                "it reads " + wanted + ", and the model gave " + lengths + " numbers",
                "Check output.decoder of the dataset.").toException();
    }
}
