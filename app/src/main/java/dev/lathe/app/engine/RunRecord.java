package dev.lathe.app.engine;

import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.VariantId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps in the history what a run tells while it goes on, and how it ends.
final class RunRecord {
    private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);
    private static final Pattern VARIANT_FILE = Pattern.compile("([0-9a-f]{12})\\.onnx");

    private RunRecord() {}

    /// A context that passes everything on and keeps what [EventJson] can say, progress being thinned: what was found and
    /// when can be told again. Blocks are kept as blocks, and the result with the run's end.
    static JobContext keeping(RunStore store, RunId run, JobContext job) {
        ProgressThinning thinning = new ProgressThinning();
        return new JobContext(progress -> {
            if (thinning.keeps(progress, System.nanoTime())) {
                keepQuietly(store, run, progress);
            }
            job.progress().progress(progress);
        }, event -> {
            if (!(event instanceof WorkbenchEvent.Finished)) {
                keep(store, run, event);
            }
            job.emit().accept(event);
        }, job.cancellation());
    }

    /// The same, noting that the run uses those of these models that are variants of the workspace.
    static JobContext keeping(RunStore store, RunId run, JobContext job, List<Path> models) {
        models.stream().map(file -> variantOf(store, file)).flatMap(Optional::stream).distinct()
                .forEach(id -> store.useVariant(run, id));
        return keeping(store, run, job);
    }

    private static Optional<VariantId> variantOf(RunStore store, Path file) {
        Matcher name = VARIANT_FILE.matcher(file.getFileName().toString());
        return file.toAbsolutePath().startsWith(store.workspace().variants()) && name.matches()
                ? Optional.of(new VariantId(name.group(1)))
                : Optional.empty();
    }

    private static void keep(RunStore store, RunId run, WorkbenchEvent event) {
        EventJson.of(event).ifPresent(json -> store.event(run, json.toString()));
    }

    /// A listener of progress must not throw; if the history cannot be written, the next event or block will say so.
    private static void keepQuietly(RunStore store, RunId run, Progress progress) {
        try {
            keep(store, run, new WorkbenchEvent.Progressed(progress));
        } catch (RuntimeException e) {
            LOG.debug("a step of the progress is not kept", e);
        }
    }

    /// Ends a run with its result.
    static void finished(RunStore store, RunId run, ObjectNode result) {
        String verb = store.run(run).map(Run::request).map(r -> r.kind()).orElse("");
        store.finish(run, RunState.FINISHED, result.toString(), StoredResult.outcome(verb, result));
    }

    /// Ends a run that was stopped, with the reason. What the user mends (a full disk, say) is gone on with: what was
    /// measured stays of use, and so the run counts as cancelled. Never throws, so that the reason is not lost.
    static void stopped(RunStore store, RunId run, RuntimeException why) {
        try {
            ObjectNode stop = EventJson.object("stopped");
            ArrayNode problems = stop.putArray("problems");
            switch (why) {
                case CancellationException _ -> store.finish(run, RunState.CANCELLED);
                case ProblemException trouble -> {
                    trouble.problems().forEach(p -> EventJson.problem(problems.addObject(), p));
                    store.finish(run, RunState.CANCELLED, stop.toString(), outcome(stop));
                }
                default -> {
                    problems.addObject().put("severity", "ERROR").put("code", "unexpected").put("what", why.toString());
                    store.finish(run, RunState.FAILED, stop.toString(), outcome(stop));
                }
            }
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private static String outcome(ObjectNode stop) {
        return StoredResult.outcome("", stop);
    }
}
