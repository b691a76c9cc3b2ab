package dev.lathe.evaluate.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How far a variant finds the boxes that the original found: 2 x matched / (boxes of one + boxes of the other).
///
/// Boxes match one to one where the class is equal and they overlap by at least 0.5 (IoU), nearest pairs first; counts are
/// summed over samples. Samples without a box in either add nothing; if no sample has any, the agreement is 1. In a sample
/// with NaN or infinity nothing matches, and at least one box counts as missed.
public record BoxAgreement() implements Metric {
    private static final double LEAST_OVERLAP = 0.5;

    @Override
    public String id() {
        return "box-agreement";
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
    public boolean needsOriginal() {
        return true;
    }

    @Override
    public Prepared prepare(Outputs outputs, Reference reference) {
        Metric.requireSameCount(outputs, reference);
        Outputs original = Agreement.original(id(), reference);
        if (!(outputs instanceof Outputs.Boxes mine && original instanceof Outputs.Boxes theirs)) {
            throw Outputs.unfit(id(), "the outputs were not decoded into boxes",
                    "Name a decoder in the dataset's output.decoder: yolox or scores-boxes.");
        }
        int[] matched = new int[outputs.count()];
        int[] boxes = new int[outputs.count()];
        for (int i = 0; i < matched.length; i++) {
            List<Box> a = theirs.samples().get(i).boxes();
            List<Box> b = mine.samples().get(i).boxes();
            boolean finite = mine.finite(i) && theirs.finite(i);
            matched[i] = finite ? matched(a, b) : 0;
            boxes[i] = Math.max(a.size() + b.size(), finite ? 0 : 1);
        }
        return Prepared.of(matched.length, weights -> {
            double both = 0;
            double all = 0;
            for (int i = 0; i < weights.length; i++) {
                both += (double) weights[i] * matched[i];
                all += (double) weights[i] * boxes[i];
            }
            return all == 0 ? 1 : 2 * both / all;
        }, Agreement.nonFinite(outputs, original));
    }

    /// How many boxes of two sets match one to one.
    static int matched(List<Box> one, List<Box> other) {
        record Pair(int one, int other, double iou) {}
        List<Pair> pairs = new ArrayList<>();
        for (int a = 0; a < one.size(); a++) {
            for (int b = 0; b < other.size(); b++) {
                double iou = one.get(a).iou(other.get(b));
                if (one.get(a).classIndex() == other.get(b).classIndex() && iou >= LEAST_OVERLAP) {
                    pairs.add(new Pair(a, b, iou));
                }
            }
        }
        pairs.sort(Comparator.comparingDouble(Pair::iou).reversed());
        boolean[] usedOne = new boolean[one.size()];
        boolean[] usedOther = new boolean[other.size()];
        int matched = 0;
        for (Pair pair : pairs) {
            if (!usedOne[pair.one] && !usedOther[pair.other]) {
                usedOne[pair.one] = true;
                usedOther[pair.other] = true;
                matched++;
            }
        }
        return matched;
    }
}
