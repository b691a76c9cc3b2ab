package dev.lathe.app.gui.part;

import java.util.Collection;
import javafx.scene.Node;
import javafx.scene.layout.Region;

/// Parts that lie over one another and fill the place that they are given, whatever they hold: a word that changes in one of
/// them is laid out there, and the rest of the window is not asked how large it would like to be. As wide and as high as a
/// style sheet or its owner says.
public final class Pinned extends Region {

    /// Pins these.
    public Pinned(Collection<? extends Node> parts) {
        parts.forEach(part -> part.setManaged(false));
        getChildren().setAll(parts);
        setMinSize(0, 0);
    }

    @Override
    protected void layoutChildren() {
        double left = snappedLeftInset();
        double top = snappedTopInset();
        for (Node part : getChildren()) {
            part.resizeRelocate(left, top, getWidth() - left - snappedRightInset(),
                    getHeight() - top - snappedBottomInset());
        }
    }

    @Override
    protected double computePrefWidth(double height) {
        return 0;
    }

    @Override
    protected double computePrefHeight(double width) {
        return 0;
    }
}
