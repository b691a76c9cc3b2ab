package dev.lathe.app.cli;

import dev.lathe.app.engine.store.RunFilter;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.RunSummary;
import dev.lathe.base.Cancellation;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `lathe history list`.
@Command(name = "list", description = "List the runs, newest first.")
final class HistoryListCommand extends HistoryVerb {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    @Mixin
    private RunSelection selection = new RunSelection();

    HistoryListCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    int run(RunStore store) {
        return list(store, selection, terminal, json());
    }

    static int list(RunStore store, RunSelection selection, Terminal terminal, boolean json) {
        RunFilter filter = selection.filter();
        List<RunSummary> runs = store.summaries(filter);
        if (json) {
            JsonMapper mapper = new JsonMapper();
            runs.forEach(r -> terminal.out(json(mapper, r).toString()));
        } else if (runs.isEmpty()) {
            terminal.out(filter.equals(RunFilter.ALL) ? "no runs yet; `lathe auto` makes the first" : "no such runs");
        } else {
            terminal.out(table(runs));
        }
        return 0;
    }

    private static String table(List<RunSummary> runs) {
        Table table = new Table("run", "when", "verb", "state", "outcome", "model");
        runs.forEach(r -> table.row(r.id().text(), TIME.format(r.created()), r.verb(), r.standing().word(),
                r.outcome().isEmpty() ? "-" : r.outcome(), r.model().toString()));
        return table.toString();
    }

    private static ObjectNode json(JsonMapper mapper, RunSummary run) {
        return mapper.createObjectNode().put("schema", 1).put("event", "result").put("run", run.id().text())
                .put("created", run.created().toString()).put("changed", run.changed().toString())
                .put("verb", run.verb()).put("state", run.standing().word()).put("model", run.model().toString())
                .put("outcome", run.outcome());
    }
}
