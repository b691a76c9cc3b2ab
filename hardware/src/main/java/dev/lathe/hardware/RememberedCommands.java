package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// Runs each command line once; probes that ask for the same wait for the same answer.
record RememberedCommands(Host.Commands commands,
        Map<List<String>, CompletableFuture<Reading<Host.Output>>> answers) implements Host.Commands {

    RememberedCommands(Host.Commands commands) {
        this(commands, new ConcurrentHashMap<>());
    }

    @Override
    public Reading<Host.Output> run(Duration limit, List<String> command) {
        CompletableFuture<Reading<Host.Output>> mine = new CompletableFuture<>();
        CompletableFuture<Reading<Host.Output>> earlier = answers.putIfAbsent(command, mine);
        if (earlier != null) {
            return earlier.join();
        }
        try {
            mine.complete(commands.run(limit, command));
        } finally {
            // only where an exception went past the line above
            mine.complete(Reading.unknown(String.join(" ", command) + " failed"));
        }
        return mine.join();
    }
}
