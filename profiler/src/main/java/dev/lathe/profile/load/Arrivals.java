package dev.lathe.profile.load;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lathe.base.Problem;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/// When the queries of an open loop arrive, whatever becomes of those before them.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "arrivals")
@JsonSubTypes({@JsonSubTypes.Type(value = Arrivals.Poisson.class, name = "poisson"),
    @JsonSubTypes.Type(value = Arrivals.Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = Arrivals.Trace.class, name = "trace")})
public sealed interface Arrivals {

    /// The time after the last arrival of a trace.
    long NO_MORE = Long.MAX_VALUE;

    /// Arrivals one after another.
    @FunctionalInterface
    interface Times {
        /// The next arrival in nanoseconds after the start, no earlier than the one before; [#NO_MORE] at the end.
        long nextNs();
    }

    /// The arrivals from the start; each call starts anew and gives the same.
    ///
    /// @throws dev.lathe.base.ProblemException if a trace cannot be read, naming file and line
    Times times();

    /// The same kind of arrivals at another rate.
    ///
    /// @param ratePerSecond queries a second
    Arrivals at(double ratePerSecond);

    /// The same kind of arrivals drawn anew; those that are not drawn stay.
    default Arrivals reseeded(long seed) {
        return this;
    }

    /// Arrivals in one line: `poisson 400/s`.
    String text();

    /// Independent of one another, as of many users: exponential gaps.
    ///
    /// @param ratePerSecond mean rate
    /// @param seed equal seeds give equal times
    record Poisson(double ratePerSecond, long seed) implements Arrivals {
        /// Checks the rate.
        public Poisson {
            requireRate(ratePerSecond);
        }

        @Override
        public Times times() {
            SplittableRandom random = new SplittableRandom(seed);
            double meanNs = 1e9 / ratePerSecond;
            double[] sum = {0};
            return () -> {
                sum[0] += -Math.log(1 - random.nextDouble()) * meanNs;
                return (long) sum[0];
            };
        }

        @Override
        public Arrivals at(double rate) {
            return new Poisson(rate, seed);
        }

        @Override
        public Arrivals reseeded(long other) {
            return new Poisson(ratePerSecond, other);
        }

        @Override
        public String text() {
            return "poisson " + rate(ratePerSecond);
        }
    }

    /// Equal gaps.
    ///
    /// @param ratePerSecond rate
    record Constant(double ratePerSecond) implements Arrivals {
        /// Checks the rate.
        public Constant {
            requireRate(ratePerSecond);
        }

        @Override
        public Times times() {
            long[] n = {0};
            return () -> (long) (n[0]++ * 1e9 / ratePerSecond);
        }

        @Override
        public Arrivals at(double rate) {
            return new Constant(rate);
        }

        @Override
        public String text() {
            return "constant " + rate(ratePerSecond);
        }
    }

    /// Recorded arrivals, see [ArrivalTrace] for the file.
    ///
    /// @param file a CSV of timestamps
    /// @param ratePerSecond the pattern is stretched or shrunk to this mean rate; empty to take it as it was
    record Trace(Path file, OptionalDouble ratePerSecond) implements Arrivals {
        /// Checks the rate.
        public Trace {
            ratePerSecond.ifPresent(Arrivals::requireRate);
        }

        @Override
        public Times times() {
            long[] times = ArrivalTrace.read(file).times(ratePerSecond);
            int[] n = {0};
            return () -> n[0] < times.length ? times[n[0]++] : NO_MORE;
        }

        /// The mean rate of the arrivals.
        ///
        /// @throws dev.lathe.base.ProblemException if the trace cannot be read or all arrive at once
        double meanRatePerSecond() {
            return ratePerSecond.isPresent()
                    ? ratePerSecond.getAsDouble()
                    : ArrivalTrace.read(file).meanRatePerSecond();
        }

        @Override
        public Arrivals at(double rate) {
            return new Trace(file, OptionalDouble.of(rate));
        }

        @Override
        public String text() {
            String name = "trace " + file.getFileName();
            return ratePerSecond.isPresent() ? name + " at " + rate(ratePerSecond.getAsDouble()) : name;
        }
    }

    private static void requireRate(double ratePerSecond) {
        if (!(ratePerSecond > 0) || !Double.isFinite(ratePerSecond)) {
            throw Problem.error("rate-not-positive", "",
                    "a rate of " + number(ratePerSecond) + " queries a second cannot be",
                    "Choose a rate above 0.").toException();
        }
    }

    private static String rate(double ratePerSecond) {
        return number(ratePerSecond) + "/s";
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
