package dev.lathe.app.cli;

import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.explain.ExplanationJson;
import dev.lathe.optimize.explain.ExplanationText;
import java.util.ArrayList;
import java.util.List;

/// An explanation as text: the verdict, what it rests on, what gained and lost.
final class WhyText {
    private WhyText() {}

    static String of(Explanation explanation) {
        List<String> parts = new ArrayList<>();
        parts.add(explanation.variant() + "  " + explanation.verdict());
        parts.add(String.join(System.lineSeparator(),
                ExplanationText.lines(explanation).stream().map(l -> "  " + l).toList()));
        explanation.time().ifPresent(t -> {
            parts.add("  query    " + Texts.duration(t.before()) + " before, " + Texts.duration(t.after())
                    + " after (profiled side by side; `lathe compare` decides who is faster)");
            parts.add(ProfileText.pairs("gained", t.operators().gained(ExplanationJson.MOST)));
            parts.add(ProfileText.pairs("lost", t.operators().lost(ExplanationJson.MOST)));
            parts.add(ProfileText.alone("only in " + t.operators().base(), t.operators().onlyBefore()));
            parts.add(ProfileText.alone("only in " + t.operators().other(), t.operators().onlyAfter()));
        });
        if (explanation.savings().parent().isEmpty()) {
            parts.add("  no parent is known: give it with --against to see what was saved, gained and lost");
        }
        parts.removeIf(String::isEmpty);
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }
}
