package dev.lathe.app.cli;

import dev.lathe.app.engine.EventJson;
import dev.lathe.app.engine.JobContext;
import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.engine.SweepJson;
import dev.lathe.app.engine.SweepResult;
import dev.lathe.app.engine.Targeting;
import dev.lathe.app.engine.VariantResult;
import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.WorkbenchEvent;
import dev.lathe.app.engine.history.RunExport;
import dev.lathe.base.Cancellation;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.graph.ValueInfo;
import dev.lathe.hardware.CpuSet;
import dev.lathe.hardware.Host;
import dev.lathe.profile.Confinement;
import dev.lathe.profile.load.Scenario;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What `measure` and `compare` share.
abstract class MeasuringCommand extends Common {
    private static final long SEED = 7;
    private static final long SECOND_NS = 1_000_000_000L;

    private final ProgressLines lines;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Sides sides = new Sides();

    @Mixin
    private Where where = new Where();

    @Option(names = "--fail-on-fallback", description = "End with exit code 4 if a node does not run on the target asked for.")
    private boolean failOnFallback;

    @Option(names = "--data", paramLabel = "FILE|DIR", description = "Real samples as queries; random typed ones without it.")
    private @Nullable Path data;

    @Option(names = "--budget", paramLabel = "TIME", converter = Durations.class, description = "Time for measuring (default: ${DEFAULT-VALUE}); what it cannot support is left out.", defaultValue = "60s")
    private Long budgetNs = 0L;

    @Option(names = "--input", paramLabel = "NAME:TYPE[SHAPE]", converter = InputConverter.class, description = "An input of a TorchScript model, whose file does not declare it; once for each, in the order of the model's arguments.")
    private List<ValueInfo> inputs = List.of();

    @Option(names = "--export", paramLabel = "FILE", description = "Write the raw samples too: FILE.csv, FILE.hlog (HdrHistogram) or, with all else, FILE.json.")
    private @Nullable Path export;

    MeasuringCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
        this.lines = new ProgressLines(terminal);
    }

    void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), sentence);
        }
    }

    /// Reads a scenario; one that is none is a usage error, in its own sentence.
    Scenario scenario(String text) {
        try {
            return Scenario.parse(text, SEED);
        } catch (ProblemException e) {
            throw new ParameterException(spec.commandLine(), e.problems().getFirst().sentence(), e);
        }
    }

    /// What is asked for.
    MeasureRequest request(Workbench workbench, List<String> models, List<Integer> batches,
            List<Scenario> scenarios) {
        require(batches.stream().allMatch(b -> b >= 1), "--batch must be at least 1");
        sides.mistake().ifPresent(sentence -> require(false, sentence));
        given(export).ifPresent(out -> RunExport.check(out, "Choose another --export, or remove it first."));
        workbench.declareInputs(inputs);
        where.runtime(workbench);
        where.targets().forEach(target -> workbench.targeting().require(target, job()));
        List<Path> files = models.stream().map(workbench::resolve).toList();
        Confinement confinement = sides.confinement(CpuSet.allowed(Host.local()).toOptional());
        return MeasureRequest.whole(files, given(data), sides.grid(MeasureRequest.names(files), batches,
                scenarios, workbench.machine().usableCpus(), confinement, where.targets()), confinement, budgetNs);
    }

    JobContext watching(Workbench workbench, MeasureRequest request) {
        return new JobContext(this::progress, e -> event(e, workbench, request), cancellation);
    }

    private void progress(Progress progress) {
        if (json()) {
            lines.progress(progress);
        } else {
            terminal.progress(progress);
        }
    }

    private void event(WorkbenchEvent event, Workbench workbench, MeasureRequest request) {
        lines.seen(event);
        if (json()) {
            if (!(event instanceof WorkbenchEvent.CellFinished)) {
                // the result has all cells
                EventJson.of(event).ifPresent(node -> terminal.out(node.toString()));
            }
            return;
        }
        switch (event) {
            case WorkbenchEvent.Started(_, _, var run, var resumed) -> {
                terminal.err(resumed
                        ? "continuing run " + run.text() + " where it was interrupted"
                        : "run " + run.text() + ": " + size(workbench, request));
            }
            case WorkbenchEvent.ProblemFound(var problem) -> terminal.err("note: " + problem.sentence());
            case WorkbenchEvent.CellFailed(var cell, var cause) ->
                terminal.err(cell.words() + ": " + SweepText.failed(cause));
            case WorkbenchEvent.CellStarted _,WorkbenchEvent.CellFinished _,WorkbenchEvent.VariantMade _,WorkbenchEvent.VariantMeasured _,WorkbenchEvent.BlockMeasured _,WorkbenchEvent.Progressed _,WorkbenchEvent.Finished _ -> {
                // the table tells
            }
        }
    }

    /// How much there is to do, and how long it takes at most.
    private static String size(Workbench workbench, MeasureRequest request) {
        long seconds = Math.max(1, workbench.measuring().predictedNs(request) / SECOND_NS);
        int cells = request.cells().size();
        return cells + (cells == 1 ? " cell" : " cells") + ", at most about "
                + (seconds < 90 ? seconds + " s" : Math.round(seconds / 60.0) + " min");
    }

    /// The exit code of what was found, apart from how fast anything is.
    int code(SweepResult result) {
        boolean fellBack = result.context().caveats().stream().anyMatch(c -> c.code().equals(Targeting.FALLBACK));
        return result.hasFailures() ? Main.PROBLEM : failOnFallback && fellBack ? Main.MISSED : 0;
    }

    /// Writes the raw samples where that was asked for.
    void export(Workbench workbench, SweepResult result) {
        given(export).ifPresent(out -> RunExport.write(workbench.store(), result.run(), out, false));
    }

    void printJson(SweepResult result) {
        for (VariantResult row : result.rows()) {
            EventJson.of(new WorkbenchEvent.VariantMeasured(row)).ifPresent(node -> terminal.out(node.toString()));
        }
        terminal.out(SweepJson.result(result).toString());
    }
}
