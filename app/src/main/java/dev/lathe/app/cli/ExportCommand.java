package dev.lathe.app.cli;

import dev.lathe.app.engine.AutoOptions;
import dev.lathe.app.engine.AutoResult;
import dev.lathe.app.engine.EventJson;
import dev.lathe.app.engine.JobContext;
import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.WorkbenchEvent;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.base.Cancellation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `lathe export`.
@Command(name = "export", description = {"Write a bundle with a Triton model repository.",
    "Of a run of `lathe auto`: its winner with all its figures, measured before. Of a model: without figures."})
final class ExportCommand extends Common {
    @Parameters(paramLabel = "MODEL|RUN", description = "An ONNX file, the first digits of a variant's id, or a run.")
    private String what = "";

    @Option(names = "--out", paramLabel = "DIR", description = "Folder of the bundle (default: lathe-out/<model>-<time>).")
    private @Nullable Path out;

    @Option(names = "--force", description = "Replace an existing bundle.")
    private boolean force;

    ExportCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            AutoOptions.Output output = new AutoOptions.Output(given(out), force);
            JobContext job = new JobContext(terminal::progress, this::event, cancellation);
            if (RunId.isRunId(what)) {
                AutoResult result = workbench.export(new RunId(what), output, job);
                terminal.progressDone();
                terminal.out(json()
                        ? EventJson.result(result).toString()
                        : result.bundle().map(Path::toString)
                                .orElse("nothing exported: " + result.decision().why()));
                return result.bundle().isPresent() ? 0 : Main.MISSED;
            }
            Path bundle = workbench.export(workbench.resolve(what), output, job);
            terminal.progressDone();
            terminal.out(json()
                    ? new JsonMapper().createObjectNode().put("schema", 1).put("event", "result")
                            .put("bundle", bundle.toString())
                            .toString()
                    : bundle.toString());
            return 0;
        }
    }

    private void event(WorkbenchEvent event) {
        if (event instanceof WorkbenchEvent.ProblemFound(var problem)) {
            terminal.err("note: " + problem.sentence());
        }
    }
}
