package dev.lathe.app.cli;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import picocli.CommandLine;

/// Starts the command line and turns what happens into exit codes: 0 done, 1 a problem, 2 usage, 3 not available on this
/// machine, 4 a limit was missed, 130 cancelled.
public final class Main {
    static final int PROBLEM = 1;
    static final int USAGE = 2;
    static final int MISSED = 4;
    static final int CANCELLED = 130;
    private static final long ENDING_SECONDS = 8;

    private Main() {}

    /// Runs one command.
    public static void main(String[] args) {
        Cancellation cancellation = new Cancellation();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            cancellation.cancel();
            try {
                // the job ends by itself: it kills its workers, keeps what it has and removes what is half done
                ended.await(ENDING_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        Terminal terminal = new Terminal(stream(System.out), stream(System.err));
        int code = run(args, terminal, cancellation);
        ended.countDown();
        if (!cancellation.isCancelled()) {
            Runtime.getRuntime().removeShutdownHook(hook);
            System.exit(code);
        }
    }

    private static PrintStream stream(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /// Runs one command in this process.
    ///
    /// @return the exit code
    static int run(String[] args, Terminal terminal, Cancellation cancellation) {
        quiet();
        CommandLine line = new CommandLine(new LatheCommand(), new Factory(terminal, cancellation));
        line.setOut(terminal.outWriter()).setErr(terminal.errWriter());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, terminal, command));
        line.setParameterExceptionHandler((e, _) -> {
            terminal.err("lathe: " + e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(e, terminal.errWriter());
            terminal.err("Try `" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help`.");
            return USAGE;
        });
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            terminal.err("lathe: not enough memory: " + e.getMessage() + ", with a heap of "
                    + Runtime.getRuntime().maxMemory() / 1_000_000
                    + " MB. Give more with JAVA_TOOL_OPTIONS=-Xmx2g, say.");
            return PROBLEM;
        }
    }

    private static int failed(Exception e, Terminal terminal, CommandLine command) {
        boolean verbose = command.getCommand() instanceof Common common && common.verbose;
        terminal.progressDone();
        return switch (e) {
            case CancellationException _ -> {
                terminal.err("lathe: cancelled; what was measured is kept, and the same command continues.");
                yield CANCELLED;
            }
            case ProblemException problem -> {
                problem.problems().forEach(p -> terminal.err("lathe: " + p.sentence()));
                if (verbose) {
                    e.printStackTrace(terminal.errWriter());
                }
                yield problem.problems().stream().map(Problem::code).anyMatch("not-available"::equals) ? 3 : PROBLEM;
            }
            default -> {
                terminal.err("lathe: an unexpected error stopped the command (" + e
                        + "). Run it again with --verbose and report what it prints.");
                if (verbose) {
                    e.printStackTrace(terminal.errWriter());
                }
                yield PROBLEM;
            }
        };
    }

    /// Libraries log what concerns them alone; what concerns a user is a problem.
    private static void quiet() {
        try {
            LogManager.getLogManager().readConfiguration(Main.class.getResourceAsStream("logging.properties"));
        } catch (IOException _) {
            Logger.getLogger("").setLevel(Level.WARNING);
        }
    }
}
