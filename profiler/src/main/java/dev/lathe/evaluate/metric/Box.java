package dev.lathe.evaluate.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A box that a detector found, in pixels of the model's input or in 0..1, as its decoder says.
///
/// @param classIndex what it shows
/// @param score how sure the detector is, in 0..1
/// @param left smaller x
/// @param top smaller y
/// @param right larger x
/// @param bottom larger y
public record Box(int classIndex, double score, double left, double top, double right, double bottom) {

    /// The area both cover over the area either covers, in 0..1; 0 for boxes without area.
    public double iou(Box other) {
        double width = Math.min(right, other.right) - Math.max(left, other.left);
        double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double shared = width * height;
        return shared / (area() + other.area() - shared);
    }

    /// Non-maximum suppression: drops every box that overlaps a surer one of its class by more than `iou`.
    ///
    /// @return what is left, surest first; of equal scores the earlier box is surer
    public static List<Box> suppressed(List<Box> boxes, double iou) {
        List<Box> kept = new ArrayList<>();
        boxes.stream().sorted(Comparator.comparingDouble(Box::score).reversed()).forEach(box -> {
            if (kept.stream().noneMatch(k -> k.classIndex == box.classIndex && k.iou(box) > iou)) {
                kept.add(box);
            }
        });
        return List.copyOf(kept);
    }

    private double area() {
        return Math.max(0, right - left) * Math.max(0, bottom - top);
    }
}
