package dev.lathe.app.cli;

import dev.lathe.app.engine.store.Leftovers;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.base.Cancellation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `lathe history clean`.
@Command(name = "clean", description = {"Remove the variants and bundles in the workspace that no run uses any more.",
    "The history itself loses nothing, and a variant that is asked for again is made again."})
final class HistoryCleanCommand extends HistoryVerb {
    @Option(names = "--dry-run", description = "Only say what would be removed.")
    private boolean dryRun;

    HistoryCleanCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    int run(RunStore store) {
        Leftovers leftovers = dryRun ? store.leftovers() : store.clean();
        terminal.out(json() ? json(leftovers) : text(leftovers));
        return 0;
    }

    private String text(Leftovers leftovers) {
        if (leftovers.items().isEmpty()) {
            return "nothing to remove: every variant and bundle is used by a run";
        }
        Table table = new Table(dryRun ? "would be removed" : "removed", ">size", "what");
        leftovers.items().forEach(i -> table.row(i.path().toString(), Texts.bytes(i.sizeBytes()), i.kind()));
        table.row("together", Texts.bytes(leftovers.sizeBytes()), "");
        return table.toString();
    }

    private String json(Leftovers leftovers) {
        ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result")
                .put("dryRun", dryRun).put("sizeBytes", leftovers.sizeBytes());
        ArrayNode items = node.putArray("items");
        leftovers.items().forEach(i -> items.addObject().put("path", i.path().toString().replace('\\', '/'))
                .put("kind", i.kind()).put("sizeBytes", i.sizeBytes()));
        return node.toString();
    }
}
