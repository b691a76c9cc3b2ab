package dev.lathe.app.gui;

import org.kordamp.ikonli.feather.Feather;

/// The screens in the order of the side bar, which is the order of Ctrl+1 and so on.
public enum Screen {
    MODEL("Model", Feather.BOX,
            "Open a model with Ctrl+O, by dropping a file, from the recent ones, or take the sample. Say"
                    + " what a variant must hold: the bound of its 99th percentile, the points of accuracy it may lose. Go on"
                    + " with Ctrl+R."),
    MACHINE("Machine", Feather.CPU, "What this machine has for inference, each fact from the"
            + " system itself; what cannot be read says why. The charts show the load of the last two"
            + " minutes."),
    RUN("Run", Feather.ACTIVITY,
            "Ctrl+R makes the variants on the chosen target, scores and measures them side by side; Esc cancels and keeps"
                    + " what was measured. In the table Enter opens a row to its why, Ctrl+C copies it with its headers. In a chart"
                    + " drag or + and - zoom, the arrows move, a double click or Home shows all, Shift+F10 copies and saves."),
    VARIANTS("Variants", Feather.LAYERS,
            "Take a preset or add passes; each step's options stand beside it, what differs from"
                    + " the usual is marked. A wrong value says so at its field. Make the variant, and it stands among those of this"
                    + " model, with what was done to it; other screens have it too. Go on from one to make a variant of a variant."
                    + " Choose the model itself to rank its layers by the damage that quantizing does: Space, or a click into its box, leaves one in float."
                    + " Prune sets how much of its channels goes, the arrows by a hundredth; what is hatched is estimated."),
    ACCURACY("Accuracy", Feather.CHECK_CIRCLE,
            "Every model answers the same samples. A row of the table chooses whose answers"
                    + " are shown; a field of the map shows its samples alone. A sample is drawn as the model sees it, after all that is"
                    + " done to it: a wrong crop, scale or order of colours shows. Tab and the arrows lead from sample to sample."),
    MEASURE("Measure", Feather.GRID,
            "Tick the cells to measure, each model at each batch size or number of clients; the button"
                    + " says how long it takes at most. A cell that fails says why, and the others go on. Point at a cell, or come to"
                    + " it with Tab and the arrows, for all its figures; Space ticks it. Operators shows what single operators take, and what holds them back."),
    EXPORT("Export", Feather.PACKAGE,
            "Every file of the bundle can be read before it is saved. Saving writes all of it or"
                    + " nothing."),
    HISTORY("History", Feather.CLOCK,
            "All runs of this workspace, from the window and the command line."
                    + " Enter reopens the selected one where it was made: its winner on the Run screen, its grid on the Measure"
                    + " screen, figures of other runs below the list. Delete asks whether to delete it, Ctrl+C copies the selection.");

    private final String title;
    private final Feather icon;
    private final String help;

    Screen(String title, Feather icon, String help) {
        this.title = title;
        this.icon = icon;
        this.help = help;
    }

    String title() {
        return title;
    }

    Feather icon() {
        return icon;
    }

    String help() {
        return help;
    }
}
