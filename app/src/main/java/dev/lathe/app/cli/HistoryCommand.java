package dev.lathe.app.cli;

import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.store.Run;
import dev.lathe.base.Cancellation;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `lathe history`.
@Command(name = "history", description = "List the runs of the workspace, newest first.")
final class HistoryCommand extends Common {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT)
            .withZone(ZoneId.systemDefault());
    private static final JsonMapper JSON = new JsonMapper();

    HistoryCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            List<Run> runs = workbench.store().runs();
            if (json()) {
                runs.forEach(r -> terminal.out(json(r).toString()));
            } else if (runs.isEmpty()) {
                terminal.out("no runs yet; `lathe auto` makes the first");
            } else {
                Table table = new Table("run", "when", "verb", "state", "winner", "model");
                runs.forEach(r -> table.row(r.id().text(), TIME.format(r.created()), r.request().kind(),
                        r.state().name().toLowerCase(Locale.ROOT), winner(r), r.request().model().toString()));
                terminal.out(table.toString());
            }
        }
        return 0;
    }

    private static String winner(Run run) {
        return run.resultJson().map(JSON::readTree).map(n -> n.path("winner").asString("-")).orElse("-");
    }

    private static ObjectNode json(Run run) {
        ObjectNode node = JSON.createObjectNode().put("schema", 1).put("event", "result").put("run", run.id().text())
                .put("created", run.created().toString()).put("verb", run.request().kind())
                .put("state", run.state().name().toLowerCase(Locale.ROOT))
                .put("model", run.request().model().toString());
        JsonNode result = run.resultJson().map(JSON::readTree).orElseGet(JSON::nullNode);
        return node.put("winner", result.path("winner").asString("-"));
    }
}
