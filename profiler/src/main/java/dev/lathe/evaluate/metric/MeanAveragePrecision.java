package dev.lathe.evaluate.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// How well found boxes match labelled ones, as COCO scores detectors: `map-50` at an overlap (IoU) of 0.5, `map` the mean
/// over 0.50, 0.55 … 0.95.
///
/// For each class boxes are taken surest first; each matches the labelled box it overlaps most that no surer one took.
/// Precision is read at 101 recalls and averaged, then over the classes that have labelled boxes. Of one sample the
/// surest 100 boxes count. The score of a detector whose `output.threshold` is high is that of its sure boxes only.
/// *Source*: pycocotools `COCOeval` without crowds and area ranges.
public enum MeanAveragePrecision implements Metric {
    AT_HALF("map-50", 1), COCO("map", 10);

    private static final double LEAST_OVERLAP = 0.5;
    private static final double OVERLAP_STEP = 0.05;
    private static final int RECALLS = 101;
    private static final int MOST_BOXES = 100;

    private final String id;
    private final int overlaps;

    MeanAveragePrecision(String id, int overlaps) {
        this.id = id;
        this.overlaps = overlaps;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public boolean inPoints() {
        return true;
    }

    @Override
    public Prepared prepare(Outputs outputs, Reference reference) {
        Metric.requireSameCount(outputs, reference);
        if (!(outputs instanceof Outputs.Boxes found)) {
            throw Outputs.unfit(id, "the outputs are not boxes", "Set output.decoder in the dataset's description.");
        }
        if (!(reference instanceof Reference.LabelledBoxes truth)) {
            throw Outputs.unfit(id, "the data has no labelled boxes", "Name them with source.boxes.");
        }
        SequencedMap<Integer, ClassBoxes> classes = new TreeMap<>();
        for (int i = 0; i < truth.count(); i++) {
            int sample = i;
            truth.samples().get(i).forEach(
                    b -> classes.computeIfAbsent(b.classIndex(), _ -> new ClassBoxes(truth.count())).wanted[sample]++);
        }
        if (classes.isEmpty()) {
            throw Outputs.unfit(id, "no sample has a labelled box", "Check source.boxes.");
        }
        for (int i = 0; i < truth.count(); i++) {
            List<Box> boxes = found.samples().get(i).boxes();
            match(i, boxes.subList(0, Math.min(MOST_BOXES, boxes.size())), truth.samples().get(i), classes);
        }
        classes.values().forEach(c -> c.boxes.sort(Comparator.comparingDouble(Match::score).reversed()));
        return Prepared.of(truth.count(), weights -> classes.values().stream().mapToDouble(c -> c.precision(weights,
                overlaps)).filter(p -> !Double.isNaN(p)).average().orElse(Double.NaN),
                outputs.nonFinite("variant"));
    }

    private void match(int sample, List<Box> found, List<Box> wanted, SequencedMap<Integer, ClassBoxes> classes) {
        boolean[][] taken = new boolean[overlaps][wanted.size()];
        for (Box box : found.stream().sorted(Comparator.comparingDouble(Box::score).reversed()).toList()) {
            ClassBoxes group = classes.get(box.classIndex());
            if (group == null) {
                continue;
            }
            boolean[] right = new boolean[overlaps];
            for (int t = 0; t < right.length; t++) {
                right[t] = take(box, wanted, taken[t], LEAST_OVERLAP + t * OVERLAP_STEP);
            }
            group.boxes.add(new Match(sample, box.score(), right));
        }
    }

    private static boolean take(Box box, List<Box> wanted, boolean[] taken, double overlap) {
        int best = -1;
        double most = overlap;
        for (int w = 0; w < wanted.size(); w++) {
            double iou = wanted.get(w).iou(box);
            if (!taken[w] && wanted.get(w).classIndex() == box.classIndex() && iou >= most) {
                most = iou;
                best = w;
            }
        }
        if (best >= 0) {
            taken[best] = true;
        }
        return best >= 0;
    }

    /// A box that was found, and at which overlaps it is right.
    @SuppressWarnings("ArrayRecordComponent") // seen in this class alone
    private record Match(int sample, double score, boolean[] right) {}

    /// What was found and wanted of one class.
    private static final class ClassBoxes {
        private final int[] wanted;
        private final List<Match> boxes = new ArrayList<>();

        ClassBoxes(int samples) {
            wanted = new int[samples];
        }

        /// Average precision over the overlaps; NaN where the weighting leaves no labelled box.
        double precision(int[] weights, int overlaps) {
            long total = 0;
            for (int i = 0; i < wanted.length; i++) {
                total += (long) weights[i] * wanted[i];
            }
            double sum = 0;
            for (int t = 0; t < overlaps; t++) {
                sum += total == 0 ? Double.NaN : precision(weights, t, (double) total);
            }
            return sum / overlaps;
        }

        private double precision(int[] weights, int overlap, double total) {
            double[] recall = new double[boxes.size()];
            double[] precision = new double[boxes.size()];
            double right = 0;
            double all = 0;
            for (int b = 0; b < recall.length; b++) {
                Match match = boxes.get(b);
                all += weights[match.sample];
                right += match.right[overlap] ? weights[match.sample] : 0;
                recall[b] = right / total;
                precision[b] = all == 0 ? 0 : right / all;
            }
            for (int b = precision.length - 2; b >= 0; b--) {
                precision[b] = Math.max(precision[b], precision[b + 1]);
            }
            double sum = 0;
            int at = 0;
            for (int r = 0; r < RECALLS; r++) {
                double level = r / (RECALLS - 1.0);
                while (at < recall.length && recall[at] < level - 1e-12) {
                    at++;
                }
                sum += at < recall.length ? precision[at] : 0;
            }
            return sum / RECALLS;
        }
    }
}
