package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Runs each command line once; probes that ask for the same wait for the same answer. All tools together get so much time and
/// no more: one after the other that hangs must not add up, whoever asks.
///
/// @param clockNs now
/// @param deadlineNs on that clock, after which no tool is waited for
record RememberedCommands(Host.Commands commands, Map<List<String>, CompletableFuture<Reading<Host.Output>>> answers,
        LongSupplier clockNs, long deadlineNs) implements Host.Commands {

    /// @param together how long all tools together may take
    RememberedCommands(Host.Commands commands, LongSupplier clockNs, Duration together) {
        this(commands, new ConcurrentHashMap<>(), clockNs, clockNs.getAsLong() + together.toNanos());
    }

    @Override
    public Reading<Host.Output> run(Duration limit, List<String> command) {
        CompletableFuture<Reading<Host.Output>> mine = new CompletableFuture<>();
        CompletableFuture<Reading<Host.Output>> earlier = answers.putIfAbsent(command, mine);
        if (earlier != null) {
            return earlier.join();
        }
        try {
            mine.complete(timed(limit, command));
        } finally {
            // only where an exception went past the line above
            mine.complete(Reading.unknown(String.join(" ", command) + " failed"));
        }
        return mine.join();
    }

    private Reading<Host.Output> timed(Duration limit, List<String> command) {
        Duration left = Duration.ofNanos(deadlineNs - clockNs.getAsLong());
        return left.isPositive()
                ? commands.run(left.compareTo(limit) < 0 ? left : limit, command)
                : Reading.unknown(
                        command.getFirst() + " was not asked: tools before it took all the time there is for them");
    }
}
