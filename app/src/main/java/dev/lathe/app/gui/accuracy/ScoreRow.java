package dev.lathe.app.gui.accuracy;

import dev.lathe.app.engine.Answers;
import dev.lathe.base.Problem;
import dev.lathe.evaluate.Scored;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.evaluate.metric.Score;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A model's row in the table of scores.
///
/// @param name the model's
/// @param score the deciding score, `0.9920`
/// @param interval `[0.9843, 0.9959]`
/// @param drop what was lost, in the metric's unit
/// @param dropInterval its interval
/// @param others further scores in words
/// @param verdict the drop in a sentence, or why there are no scores
/// @param why the whole sentence, with what to do
/// @param failed whether it could not be run
record ScoreRow(String name, String score, String interval, String drop, String dropInterval, List<String> others,
        String verdict, String why, boolean failed) {

    static ScoreRow of(Answers.OfModel model) {
        return model.scored().map(s -> of(model.name(), s)).orElseGet(() -> new ScoreRow(model.name(), "", "", "", "",
                List.of(), model.failure().map(Problem::what).orElse("it was not run"),
                model.failure().map(Problem::sentence).orElse(""), true));
    }

    private static ScoreRow of(String name, Scored scored) {
        String words = scored.main().words();
        int bracket = words.indexOf(" [");
        Optional<PairedComparison> drop = scored.drop();
        return new ScoreRow(name, bracket < 0 ? words : words.substring(0, bracket),
                bracket < 0 ? "" : words.substring(bracket + 1),
                drop.map(d -> String.format(Locale.ROOT, "%.2f", d.drop() + 0.0)).orElse(""),
                drop.map(d -> String.format(Locale.ROOT, "[%.2f, %.2f]", d.interval().low(), d.interval().high()))
                        .orElse(""),
                scored.others().stream().map(s -> s.metricId() + " " + s.words()).toList(), verdict(scored),
                verdict(scored), false);
    }

    private static String verdict(Scored scored) {
        if (scored.drop().isEmpty()) {
            return "the reference, n = " + scored.main().n();
        }
        PairedComparison drop = scored.drop().get();
        if (drop.interval().high() < 0) {
            return "better";
        }
        return String.format(Locale.ROOT, "%s (up to %.2f%s)",
                drop.interval().low() > 0 ? "worse" : "no difference shown", drop.cannotExclude(),
                drop.inPoints() ? " points" : "");
    }

    /// What the deciding score is called, and what a drop is in.
    static List<String> headers(Answers answers) {
        Optional<Scored> first = answers.models().stream().flatMap(m -> m.scored().stream()).findFirst();
        Optional<PairedComparison> drop = answers.models().stream().flatMap(m -> m.scored().stream())
                .flatMap(s -> s.drop().stream()).findFirst();
        return List.of(first.map(Scored::main).map(Score::metricId).orElse("score"),
                drop.filter(d -> !d.inPoints()).map(d -> "lost (" + d.metricId() + ")").orElse("lost (points)"));
    }

    /// As a row of text.
    List<String> cells() {
        return List.of(name, score, interval, drop, dropInterval, verdict);
    }
}
