package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs tools on this machine, in the C locale, and kills those that do not end in time.
final class LocalCommands implements Host.Commands {

    @Override
    public Reading<Host.Output> run(Duration limit, List<String> command) {
        String line = String.join(" ", command);
        if (!isOnPath(command.getFirst())) {
            return Reading.unknown(command.getFirst() + " cannot be run here");
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            CompletableFuture<Host.Output> output = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> complete(output, process));
            return await(output, process, limit, line);
        } catch (IOException _) {
            return Reading.unknown(command.getFirst() + " cannot be run here");
        }
    }

    /// Whether a program is there. Asking costs microseconds, a process that cannot start some ten milliseconds.
    private static boolean isOnPath(String program) {
        String path = System.getenv("PATH");
        // Windows also looks in its own folders, and for other endings
        if (path == null || program.contains("/") || File.separatorChar == '\\') {
            return true;
        }
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .anyMatch(folder -> new File(folder.isEmpty() ? "." : folder, program).canExecute());
    }

    private static Reading<Host.Output> await(CompletableFuture<Host.Output> output, Process process, Duration limit,
            String line) {
        try {
            return Reading.known(output.get(limit.toNanos(), TimeUnit.NANOSECONDS), line);
        } catch (TimeoutException _) {
            kill(process);
            return Reading.unknown(line + " did not answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            return Reading.unknown(line + ": " + e.getCause());
        } catch (InterruptedException _) {
            kill(process);
            Thread.currentThread().interrupt();
            return Reading.unknown(line + " was interrupted");
        }
    }

    private static void complete(CompletableFuture<Host.Output> output, Process process) {
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            output.complete(new Host.Output(process.waitFor(), text));
        } catch (IOException | InterruptedException e) {
            output.completeExceptionally(e);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
