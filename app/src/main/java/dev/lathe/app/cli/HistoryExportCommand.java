package dev.lathe.app.cli;

import dev.lathe.app.engine.history.RunExport;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.base.Cancellation;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `lathe history export`.
@Command(name = "export", description = {"Write one run to a file for other programs.",
    ".csv: raw samples, one row a query. .hlog: histograms for the tools of HdrHistogram, one a block.",
    ".json: everything that is kept of it, raw samples included."})
final class HistoryExportCommand extends HistoryVerb {
    @Parameters(paramLabel = "RUN", description = "The first digits of its name.")
    private String run = "";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "FILE.csv, FILE.hlog or FILE.json.")
    private Path out = Path.of("");

    @Option(names = "--force", description = "Replace the file if it exists.")
    private boolean force;

    HistoryExportCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    int run(RunStore store) {
        RunId id = store.runByPrefix(run).id();
        long samples = RunExport.write(store, id, out, force);
        terminal.out(json()
                ? new JsonMapper().createObjectNode().put("schema", 1).put("event", "result").put("run", id.text())
                        .put("file", out.toString()).put("samples", samples).toString()
                : out + ": " + samples + " samples of run " + id);
        return 0;
    }
}
