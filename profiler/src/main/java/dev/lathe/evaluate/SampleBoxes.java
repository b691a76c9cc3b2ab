package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.InputRule;
import dev.lathe.evaluate.image.ImageSteps;
import dev.lathe.evaluate.metric.Box;
import dev.lathe.evaluate.source.BoxLabels;
import java.util.List;
import java.util.Optional;

/// Brings labelled boxes to where the model sees them.
record SampleBoxes(Dataset dataset, String sample) {

    List<Box> placed(BoxLabels.Picture picture) {
        ImageSteps steps = dataset.description().inputs().values().stream()
                .flatMap(r -> r instanceof InputRule.Image image
                        ? Optional.of(image.steps()).stream()
                        : Optional.<ImageSteps>empty().stream())
                .findFirst().orElseThrow();
        ImageSteps.Placement at = steps.placement(picture.width(), picture.height());
        return picture.boxes().stream().map(b -> new Box(classIndex(b.label()), 1, b.left() * at.scaleX() + at.shiftX(),
                b.top() * at.scaleY() + at.shiftY(), b.right() * at.scaleX() + at.shiftX(),
                b.bottom() * at.scaleY() + at.shiftY())).toList();
    }

    private int classIndex(String label) {
        DatasetDescription description = dataset.description();
        return description.labels().index(label).orElseThrow(() -> Problem.error("dataset-label",
                dataset.path().toString(), "sample " + sample + " has a box labelled '" + label
                        + "', which is no class",
                "List the class names in index order as labels.classes.").toException())
                + description.output().offset();
    }
}
