package dev.lathe.app.cli;

import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.base.Cancellation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `lathe history delete`.
@Command(name = "delete", description = {"Take runs off the history; asks first.",
    "What only they used stays on disk until `lathe history clean`."})
final class HistoryDeleteCommand extends HistoryVerb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "The first digits of their names.")
    private List<String> runs = List.of();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    HistoryDeleteCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    int run(RunStore store) {
        // all of them are looked up first: a mistyped name deletes nothing
        List<RunId> ids = runs.stream().map(store::runByPrefix).map(Run::id).distinct().toList();
        if (!yes && !agreed(ids)) {
            terminal.err("nothing was deleted");
            return 0;
        }
        ids.forEach(store::delete);
        if (json()) {
            ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result");
            ArrayNode deleted = node.putArray("deleted");
            ids.forEach(id -> deleted.add(id.text()));
            terminal.out(node.toString());
        } else {
            ids.forEach(id -> terminal.out("deleted " + id));
        }
        return 0;
    }

    private boolean agreed(List<RunId> ids) {
        String question = "Delete " + ids.stream().map(RunId::text).collect(Collectors.joining(", ")) + "? [y/N] ";
        Optional<String> answer = terminal.ask(question);
        if (answer.isEmpty()) {
            throw new ParameterException(spec.commandLine(),
                    "there is nobody to ask whether to delete: give --yes");
        }
        return answer.get().strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }
}
