package dev.lathe.app.cli;

import dev.lathe.base.Progress;
import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// Where a command prints: results to one stream, progress and messages to the other. On a terminal progress is a bar
/// with the time left; elsewhere a plain line now and then.
final class Terminal {
    private static final int SCALE = 1000;
    private static final long LINE_EVERY_NS = 5_000_000_000L;
    private static final int STEP_WIDTH = 36;

    private final PrintStream out;
    private final PrintStream err;
    /// Where a person sits; empty where the output goes elsewhere.
    private final Optional<Console> person;
    private Optional<ProgressBar> bar = Optional.empty();
    private boolean silent;
    private long lastLineNs;
    private String lastStep = "";
    private String lastLine = "";

    Terminal(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        this.person = Optional.ofNullable(System.console())
                .filter(console -> console.isTerminal() && System.getenv("CI") == null);
    }

    PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }

    void out(String text) {
        out.println(text);
    }

    void err(String text) {
        progressDone();
        err.println(text);
    }

    /// Asks the person at the terminal.
    ///
    /// @return the answer; empty where nobody can be asked
    Optional<String> ask(String question) {
        progressDone();
        return person.map(console -> console.readLine("%s", question));
    }

    /// Shows no progress any more.
    void silence() {
        silent = true;
    }

    void progress(Progress progress) {
        if (silent) {
            return;
        }
        if (person.isPresent()) {
            bar(progress);
        } else {
            line(progress);
        }
    }

    private void bar(Progress progress) {
        if (bar.isEmpty()) {
            bar = Optional
                    .of(new ProgressBarBuilder().setInitialMax(SCALE).setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                            .setUpdateIntervalMillis(200).hideEta().continuousUpdate().clearDisplayOnFinish().build());
        }
        // the time left comes first: what does not fit a narrow terminal is cut at the end
        String left = left(progress.remainingNs()).map(l -> l + " left, ").orElse("");
        bar.get().setExtraMessage(" " + left + cut(progress.step())).stepTo(Math.round(progress.fraction() * SCALE));
    }

    private static String cut(String step) {
        return step.length() <= STEP_WIDTH ? step : step.substring(0, STEP_WIDTH - 1) + "…";
    }

    private static Optional<String> left(OptionalLong remainingNs) {
        if (remainingNs.isEmpty()) {
            return Optional.empty();
        }
        long seconds = Math.max(1, Math.round(remainingNs.getAsLong() / 1e9));
        return Optional.of("about " + (seconds < 90 ? seconds + " s" : Math.round(seconds / 60.0) + " min"));
    }

    private void line(Progress progress) {
        String kind = progress.step().replaceAll("[ :].*", "");
        long now = System.nanoTime();
        if (kind.equals(lastStep) && now - lastLineNs < LINE_EVERY_NS) {
            return;
        }
        String line = String.format(Locale.ROOT, "%3d %%  %s%s", Math.round(100 * progress.fraction()),
                progress.step(), left(progress.remainingNs()).map(l -> ", " + l + " left").orElse(""));
        if (line.equals(lastLine)) {
            return;
        }
        lastStep = kind;
        lastLineNs = now;
        lastLine = line;
        err.println(line);
    }

    void progressDone() {
        bar.ifPresent(ProgressBar::close);
        bar = Optional.empty();
    }
}
