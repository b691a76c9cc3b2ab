package dev.lathe.app.gui.run;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Report;
import dev.lathe.app.gui.work.Row;
import dev.lathe.profile.Block;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import javafx.scene.Scene;

/// A run that nobody sees: the screen with two made-up rows, laid out and drawn once before the window is shown. The first
/// table cells, charts and styles of a process load classes for a fifth of a second, which a click would otherwise have
/// to wait for in the middle of a run.
public final class Rehearsal {
    private static final double WIDTH = 1100;
    private static final double HEIGHT = 700;
    private static final int QUERIES = 64;

    private Rehearsal() {}

    /// Lays out and draws the screen once; on the window's thread.
    ///
    /// @param styleSheet of the window
    public static void play(Desk stage, Look look, String styleSheet) {
        Desk desk = Desk.of(stage.engine(), stage.runner());
        RunViewModel model = new RunViewModel(desk);
        RunView view = new RunView(model, look, (_, _) -> {}, new RunView.Ways(() -> {}, () -> {}));
        view.getStylesheets().add(styleSheet);
        view.getStyleClass().add("shell");
        Scene scene = new Scene(view, WIDTH, HEIGHT);
        view.applyCss();
        view.layout();
        List<Row> rows = rows();
        Report report = new Report(new RunId("20260101-000000-000000"), Path.of("m.onnx"), rows,
                new Report.Choice("original", true, "nothing is faster"), List.of("Nothing is measured here."),
                Optional.empty());
        model.reopen(report, List.of(block("original", 1), block("clean", 1), block("original", 4)));
        scene.snapshot(null);
    }

    static List<Row> rows() {
        return List.of(row("original", ""), row("clean", "it failed."), row("dynamic-int8", ""),
                row("static-int8", ""));
    }

    private static Block block(String subject, int batch) {
        long[] samples = new long[QUERIES];
        Arrays.setAll(samples, i -> 1_000_000L + 10_000L * i);
        return new Block(new Block.Key(subject, 0, batch, 0), samples, 1, 1, Instant.EPOCH);
    }

    private static Row row(String name, String failed) {
        Row.Figure figure = new Row.Figure(1, 0.9, 1.1, QUERIES);
        Row.Figure ns = new Row.Figure(1e6, 0.9e6, 1.1e6, QUERIES);
        return new Row(name, OptionalLong.of(1_000_000),
                Optional.of(new Row.Accuracy("top-1", Optional.of(figure), Optional.of(figure), "points")),
                Optional.of(new Row.Speed(Optional.of(ns), OptionalDouble.empty(), OptionalDouble.of(2e6), "",
                        Optional.of(figure), List.of(new Row.Throughput(1, figure)), OptionalLong.of(1_000_000))),
                Optional.of(new Row.Cost(figure, "estimated")), "no difference shown (0.9 to 1.1)", failed);
    }
}
