package dev.lathe.app.gui.work;

/// The four designed states of a screen: `EMPTY` says what belongs here and offers the action that fills it, `WORKING`
/// shows what is done so far, `FAILED` says what to do, `FULL` shows it all.
public enum Stage {
    EMPTY, WORKING, FAILED, FULL
}
