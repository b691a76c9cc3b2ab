package dev.lathe.app.cli;

import dev.lathe.app.engine.SearchJson;
import dev.lathe.app.engine.Searched;
import dev.lathe.base.Reading;
import dev.lathe.optimize.search.MixedPrecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A search as text: every round, what was kept, whether it holds the budget.
final class SearchText {
    private SearchText() {}

    static String of(Searched searched) {
        MixedPrecision.Outcome outcome = searched.outcome();
        List<String> parts = new ArrayList<>();
        Table table = new Table(">round", "tried", ">in float", ">lost", "");
        int number = 1;
        for (MixedPrecision.Round round : outcome.rounds()) {
            table.row(Integer.toString(number++), round.what(), Integer.toString(round.inFloat().size()),
                    switch (round.drop()) {
                        case Reading.Known<Double>(Double drop, _) -> String.format(Locale.ROOT, "%.2f", drop);
                        case Reading.Unknown<Double> _ -> "-";
                    }, words(round));
        }
        parts.add(table.toString());
        parts.add(standing(searched));
        searched.written().ifPresent(v -> parts.add(OptimizeCommand.text(v, Optional.empty())));
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }

    private static String words(MixedPrecision.Round round) {
        return switch (round.drop()) {
            case Reading.Known<Double> _ -> (round.holds() ? "holds" : "too much") + (round.kept() ? ", kept" : "");
            case Reading.Unknown<Double>(String why) -> "passed over: " + why;
        };
    }

    private static String standing(Searched searched) {
        MixedPrecision.Outcome outcome = searched.outcome();
        String head = outcome.holds() ? "holds the budget" : "does not hold the budget";
        List<String> inFloat = outcome.inFloat();
        return String.format(Locale.ROOT, "%s: %.2f lost of %.2f%s%s", head, outcome.drop(), searched.maxDrop(),
                inFloat.isEmpty() ? "" : "; in float: " + String.join(", ", inFloat),
                outcome.cancelled() ? "; cancelled, this is the best so far" : "");
    }

    static String unmet(Searched searched) {
        return String.format(Locale.ROOT,
                "no mix of integers and floats loses at most %.2f; the closest loses %.2f. %s",
                searched.maxDrop(), searched.outcome().drop(), searched.written().isPresent()
                        ? "It was written all the same, with --force."
                        : "Nothing was written: allow more with --max-drop, or pass --force to write the closest.");
    }

    static String json(Searched searched) {
        JsonMapper json = new JsonMapper();
        ObjectNode node = searched.written()
                .map(v -> (ObjectNode) json.readTree(OptimizeCommand.json(v, Optional.empty())))
                .orElseGet(() -> json.createObjectNode().put("schema", 1).put("event", "result"));
        node.set("search", SearchJson.of(searched.outcome(), searched.maxDrop()));
        return node.toString();
    }
}
