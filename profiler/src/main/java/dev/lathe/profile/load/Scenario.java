package dev.lathe.profile.load;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.nio.file.Path;
import java.util.OptionalDouble;

/// Who asks when. Single-stream, offline and server are those of MLPerf Inference.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "scenario")
@JsonSubTypes({@JsonSubTypes.Type(value = Scenario.SingleStream.class, name = "single-stream"),
    @JsonSubTypes.Type(value = Scenario.Concurrency.class, name = "concurrency"),
    @JsonSubTypes.Type(value = Scenario.Offline.class, name = "offline"),
    @JsonSubTypes.Type(value = Scenario.Server.class, name = "server")})
public sealed interface Scenario {

    /// Permanent name, as `--scenario` takes it.
    String name();

    /// Name and numbers in one line, which [#parse(String, long)] reads: `concurrency:8x4`.
    String text();

    /// Whether clients wait for their answers, so that a slow answer puts off the next question.
    boolean closedLoop();

    /// The next query when the last one ended.
    record SingleStream() implements Scenario {
        @Override
        public String name() {
            return "single-stream";
        }

        @Override
        public String text() {
            return name();
        }

        @Override
        public boolean closedLoop() {
            return true;
        }
    }

    /// Clients side by side, each asking again as soon as it may.
    ///
    /// @param clients how many there are
    /// @param inFlight how many unanswered queries a client may have: 1 is a synchronous client, more an asynchronous one
    record Concurrency(int clients, int inFlight) implements Scenario {
        /// Checks the numbers.
        public Concurrency {
            if (clients < 1 || inFlight < 1) {
                throw Problem.error("concurrency-not-positive", "",
                        clients + " clients with " + inFlight + " queries in flight cannot be",
                        "Choose 1 or more of both.").toException();
            }
        }

        /// Clients that wait for each answer.
        public static Concurrency synchronous(int clients) {
            return new Concurrency(clients, 1);
        }

        @Override
        public String name() {
            return "concurrency";
        }

        @Override
        public String text() {
            return inFlight == 1 ? name() + ":" + clients : name() + ":" + clients + "x" + inFlight;
        }

        @Override
        public boolean closedLoop() {
            return true;
        }
    }

    /// Everything is there at the start and runs in full batches.
    ///
    /// @param batch samples of a batch
    record Offline(int batch) implements Scenario {
        /// Checks the batch.
        public Offline {
            if (batch < 1) {
                throw Problem.error("batch-not-positive", "", "a batch of " + batch + " cannot be", "Choose 1 or more.")
                        .toException();
            }
        }

        @Override
        public String name() {
            return "offline";
        }

        @Override
        public String text() {
            return name() + ":" + batch;
        }

        @Override
        public boolean closedLoop() {
            return true;
        }
    }

    /// Queries come when they come: an open loop, whose clock starts at the scheduled arrival.
    ///
    /// @param arrivals when they come
    record Server(Arrivals arrivals) implements Scenario {
        @Override
        public String name() {
            return "server";
        }

        @Override
        public String text() {
            return name() + ":" + switch (arrivals) {
                case Arrivals.Poisson(double rate, _) -> Double.toString(rate);
                case Arrivals.Constant(double rate) -> "constant:" + rate;
                case Arrivals.Trace(Path file, OptionalDouble rate) ->
                    "trace:" + (rate.isPresent() ? rate.getAsDouble() + ":" : "") + file;
            };
        }

        @Override
        public boolean closedLoop() {
            return false;
        }
    }

    /// Reads a scenario: `single-stream`, `concurrency:8`, `concurrency:8x4` (four in flight each), `offline:16`,
    /// `server:400` (Poisson), `server:constant:400`, `server:trace:FILE`, `server:trace:400:FILE`.
    ///
    /// @param seed of Poisson arrivals
    /// @throws ProblemException if it is none, naming it
    static Scenario parse(String text, long seed) {
        String[] parts = text.split(":", 2);
        String rest = parts.length > 1 ? parts[1] : "";
        try {
            return switch (parts[0]) {
                case "single-stream" -> new SingleStream();
                case "concurrency" -> concurrency(rest);
                case "offline" -> new Offline(Integer.parseInt(rest));
                case "server" -> new Server(arrivals(rest, seed));
                default -> throw unknown(text);
            };
        } catch (NumberFormatException e) {
            ProblemException unknown = unknown(text);
            unknown.initCause(e);
            throw unknown;
        }
    }

    private static ProblemException unknown(String text) {
        return Problem.error("scenario-unknown", "", "\"" + text + "\" is no scenario",
                "Choose single-stream, concurrency:8, concurrency:8x4, offline:16, server:400, server:constant:400 or server:trace:FILE.")
                .toException();
    }

    private static Concurrency concurrency(String text) {
        String[] numbers = text.split("x", 2);
        return new Concurrency(Integer.parseInt(numbers[0]), numbers.length > 1 ? Integer.parseInt(numbers[1]) : 1);
    }

    private static Arrivals arrivals(String text, long seed) {
        if (text.startsWith("constant:")) {
            return new Arrivals.Constant(Double.parseDouble(text.substring("constant:".length())));
        }
        if (text.startsWith("trace:")) {
            String trace = text.substring("trace:".length());
            int colon = trace.indexOf(':');
            if (colon > 0 && trace.substring(0, colon).matches("[0-9.]+")) {
                return new Arrivals.Trace(Path.of(trace.substring(colon + 1)),
                        OptionalDouble.of(Double.parseDouble(trace.substring(0, colon))));
            }
            return new Arrivals.Trace(Path.of(trace), OptionalDouble.empty());
        }
        return new Arrivals.Poisson(Double.parseDouble(text), seed);
    }
}
