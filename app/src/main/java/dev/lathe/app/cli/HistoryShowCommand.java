package dev.lathe.app.cli;

import dev.lathe.app.engine.history.RunDetail;
import dev.lathe.app.engine.history.RunJson;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.base.Cancellation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `lathe history show`.
@Command(name = "show", description = {"Show one run: what was asked, on which machine, what was found and when.",
    "Figures, intervals and counts are those of the time it was measured."})
final class HistoryShowCommand extends HistoryVerb {
    @Parameters(paramLabel = "RUN", description = "The first digits of its name.")
    private String run = "";

    HistoryShowCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    int run(RunStore store) {
        RunDetail detail = RunDetail.of(store, run);
        terminal.out(json() ? json(detail) : HistoryText.of(detail, store.workspace()));
        return 0;
    }

    private static String json(RunDetail detail) {
        return new JsonMapper().createObjectNode().put("schema", 1).put("event", "result").setAll(RunJson.of(detail))
                .toString();
    }
}
