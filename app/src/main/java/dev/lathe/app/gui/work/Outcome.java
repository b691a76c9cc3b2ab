package dev.lathe.app.gui.work;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a job ended. Cancelled is a result, not an error.
///
/// @param <T> what it makes
public sealed interface Outcome<T> {

    /// It is done.
    record Done<T>(T value) implements Outcome<T> {}

    /// It was cancelled; what was measured is kept.
    record Cancelled<T>() implements Outcome<T> {}

    /// It failed.
    ///
    /// @param trace what the log says of it beside the problems; may be empty
    record Failed<T>(List<Problem> problems, String trace) implements Outcome<T> {

        /// Copies the list.
        public Failed {
            problems = List.copyOf(problems);
        }
    }

    /// Works, and says how it ended; the one place where a job's exceptions are caught.
    static <T> Outcome<T> of(Supplier<T> work) {
        try {
            return new Done<>(work.get());
        } catch (CancellationException _) {
            return new Cancelled<>();
        } catch (ProblemException e) {
            return new Failed<>(e.problems(), e.getCause() == null ? "" : trace(e.getCause()));
        } catch (RuntimeException | LinkageError e) {
            Logger log = LoggerFactory.getLogger(Outcome.class);
            log.warn("a job failed unexpectedly", e);
            return new Failed<>(
                    List.of(Problem.error("unexpected", "", "an unexpected error stopped the job (" + e + ")",
                            "Try it again; if it stays, report it with the log.")),
                    trace(e));
        }
    }

    private static String trace(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            text.append(text.isEmpty() ? "" : "Caused by: ").append(at).append('\n');
            for (StackTraceElement element : at.getStackTrace()) {
                text.append("    at ").append(element).append('\n');
            }
        }
        return text.toString();
    }
}
