package dev.lathe.app.cli;

import dev.lathe.app.engine.JobContext;
import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.base.Cancellation;
import dev.lathe.hardware.Host;
import dev.lathe.serving.PriceCatalogue;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What all commands share.
abstract class Common implements Callable<Integer> {

    /// How results are printed.
    enum Format {
        TEXT, JSON
    }

    final Terminal terminal;
    final Cancellation cancellation;

    @Option(names = "--format", paramLabel = "text|json", description = "How results are printed; json is one object a line.")
    Format format = Format.TEXT;

    @Option(names = "--workspace", paramLabel = "DIR", description = "Folder of the history, variants and caches (default: the platform's data folder).")
    @Nullable
    Path workspace;

    @Option(names = "--prices", paramLabel = "FILE", description = "A price catalogue in place of the built-in one.")
    @Nullable
    Path prices;

    @Option(names = "--verbose", description = "Print stack traces and the logs of workers.")
    boolean verbose;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    boolean help;

    Common(Terminal terminal, Cancellation cancellation) {
        this.terminal = terminal;
        this.cancellation = cancellation;
    }

    /// The workspace that was asked for.
    Workspace place() {
        return Optional.ofNullable(workspace).map(Workspace::new).orElseGet(Workspace::standard);
    }

    Workbench workbench() {
        PriceCatalogue catalogue = Optional.ofNullable(prices).map(PriceCatalogue::read)
                .orElseGet(PriceCatalogue::builtIn);
        return new Workbench(place(), Host.local(), catalogue);
    }

    JobContext job() {
        return new JobContext(terminal::progress, _ -> {}, cancellation);
    }

    boolean json() {
        return format == Format.JSON;
    }

    /// The value of an option that may be absent.
    static <T> Optional<T> given(@Nullable T value) {
        return Optional.ofNullable(value);
    }
}
