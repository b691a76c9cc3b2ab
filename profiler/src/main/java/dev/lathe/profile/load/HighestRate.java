package dev.lathe.profile.load;

import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.profile.load.RateTrial.Verdict;
import dev.lathe.profile.stats.EarlyStopping;
import dev.lathe.profile.stats.Exceedances;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Searches the highest rate that keeps a promise, by bisection.
///
/// A rate is tried until its queries show with 99 % confidence on which side of the limit the percentile lies (early
/// stopping, with clusters of slow queries counted as what they are, see [Exceedances]), or for eight runs at most; a rate
/// that stays undecided is closed in on from both sides. The answer is an interval: the highest rate shown to keep the promise
/// and the lowest shown to break it. What to try next depends on the trials so far and nothing else, so a search that was
/// interrupted goes on from its log. Needs response times that grow with the rate.
///
/// @param slo the promise
/// @param plan how each run is made; its scenario is a server whose rate is where the search starts, such as 70 % of the
///        highest throughput
/// @param tolerance the search ends where each gap between neighbouring rates is this narrow: 0.05 for 5 %; around rates
///        that stay undecided the interval is wider
/// @param mostTrials it also ends after so many rates
/// @param mostRate no rate above this is tried, such as the highest whose schedule the generator keeps
public record HighestRate(Slo slo, LoadPlan plan, double tolerance, int mostTrials, double mostRate) {
    /// Five per cent.
    public static final double TOLERANCE = 0.05;
    /// Rates of a search by default.
    public static final int MOST_TRIALS = 24;
    private static final int MOST_RUNS = 8;
    /// Queries over the estimate in one run, see [EarlyStopping]: 1,307 queries for p99.
    private static final int OVER = 5;
    private static final double STEP = 2;
    /// The start was no guess at all if a thousandth of it is too much.
    private static final double LEAST_SHARE = 0.001;

    /// Checks plan and numbers.
    ///
    /// @throws dev.lathe.base.ProblemException if the scenario is not server or a number cannot be
    public HighestRate {
        if (!(plan.scenario() instanceof Scenario.Server)) {
            throw Problem.error("slo-needs-server", "", "the scenario " + plan.scenario().text()
                    + " has no rate to search for", "Choose --scenario server.").toException();
        }
        if (!(tolerance > 0) || mostTrials < 1 || !(mostRate > 0)) {
            throw Problem.error("slo-search-impossible", "", "a search with tolerance " + tolerance + ", " + mostTrials
                    + " trials and at most " + mostRate + " queries a second cannot be",
                    "Choose numbers above 0.").toException();
        }
    }

    /// A search with the default tolerance and number of trials.
    public static HighestRate of(Slo slo, LoadPlan plan, double mostRate) {
        return new HighestRate(slo, plan, TOLERANCE, MOST_TRIALS, mostRate);
    }

    /// Makes one run.
    @FunctionalInterface
    public interface Driver {
        /// Drives the load, and returns its log.
        LoadRun drive(LoadPlan plan);
    }

    /// What a search found.
    ///
    /// @param meets the highest rate shown to keep the promise, or why there is none
    /// @param misses the lowest rate shown to break it, or why there is none
    /// @param trials all rates tried, in order
    public record Found(Reading<Double> meets, Reading<Double> misses, List<RateTrial> trials) {
        /// Copies the list.
        public Found {
            trials = List.copyOf(trials);
        }
    }

    /// Searches.
    ///
    /// @param known trials of an earlier search with the same settings, in order
    /// @param log told each new trial, as soon as it is done
    public Found search(Driver driver, List<RateTrial> known, Consumer<RateTrial> log, Progress.Listener progress) {
        List<RateTrial> trials = new ArrayList<>(known);
        OptionalDouble next = next(trials);
        while (next.isPresent()) {
            double rate = next.getAsDouble();
            long left = remainingNs(trials);
            long spent = trials.stream().mapToLong(RateTrial::spentNs).sum();
            progress.progress(new Progress("trying " + Math.round(rate) + " queries a second",
                    (double) spent / Math.max(1, spent + left), OptionalLong.of(left)));
            RateTrial trial = attempt(driver, rate, trials.size());
            trials.add(trial);
            log.accept(trial);
            next = next(trials);
        }
        return found(trials);
    }

    /// The rate to try after these; empty if the search is over.
    OptionalDouble next(List<RateTrial> trials) {
        if (trials.size() >= mostTrials) {
            return OptionalDouble.empty();
        }
        double start = Math.min(startRate(), mostRate);
        if (trials.isEmpty()) {
            return OptionalDouble.of(start);
        }
        Bracket bracket = Bracket.of(trials);
        if (bracket.low() == 0) {
            double lower = bracket.undecidedLow() / STEP;
            return lower < LEAST_SHARE * start ? OptionalDouble.empty() : OptionalDouble.of(lower);
        }
        if (bracket.high() == Double.POSITIVE_INFINITY) {
            double highest = bracket.undecidedHigh();
            return highest >= mostRate ? OptionalDouble.empty() : OptionalDouble.of(Math.min(mostRate, highest * STEP));
        }
        return bracket.middle(1 + tolerance);
    }

    private double startRate() {
        return switch (((Scenario.Server) plan.scenario()).arrivals()) {
            case Arrivals.Poisson(double rate, _) -> rate;
            case Arrivals.Constant(double rate) -> rate;
            case Arrivals.Trace trace -> trace.meanRatePerSecond();
        };
    }

    private RateTrial attempt(Driver driver, double rate, int index) {
        double share = 1 - (double) plan.leadInNs() / plan.durationNs();
        long neededNs = (long) (1e9 * EarlyStopping.minimumQueries(slo.percentile(), EarlyStopping.CONFIDENCE, OVER)
                / rate / share);
        LoadPlan each = plan.lasting(Math.max(plan.durationNs(), neededNs));
        Arrivals arrivals = ((Scenario.Server) plan.scenario()).arrivals().at(rate);
        List<LoadRun> runs = new ArrayList<>();
        long spentNs = 0;
        while (true) {
            long seed = plan.seed() + 1_000L * (index + 1) + runs.size();
            LoadRun run = driver.drive(each.with(new Scenario.Server(arrivals.reseeded(seed))));
            runs.add(new LoadRun(0, run.queries(), run.generator()));
            spentNs += run.generator().wallNs();
            // looks after 1, 2, 4 and 8 runs: few looks keep the chance of a wrong verdict near that of one
            if (Integer.bitCount(runs.size()) == 1) {
                Exceedances over = LoadResult.exceedances(each, runs, slo);
                Verdict verdict = verdict(over);
                if (verdict != Verdict.UNDECIDED || runs.size() >= MOST_RUNS) {
                    return new RateTrial(rate, verdict, LoadResult.percentile(each, runs, slo),
                            LoadResult.attainment(each, runs, slo), over.n(), spentNs);
                }
            }
        }
    }

    /// What so many queries over the limit show.
    private Verdict verdict(Exceedances over) {
        return over.showsWithin(slo.percentile())
                ? Verdict.MEETS
                : over.showsBeyond(slo.percentile()) ? Verdict.MISSES : Verdict.UNDECIDED;
    }

    /// The time that the search still needs, from the trials so far: a prediction, not a promise.
    long remainingNs(List<RateTrial> trials) {
        double perTrial = trials.isEmpty()
                ? plan.durationNs() * 2.0
                : trials.stream().mapToLong(RateTrial::spentNs).average().orElse(0);
        double gap = trials.isEmpty() ? STEP * STEP : Bracket.of(trials).gap(STEP);
        double halvings = Math.log(Math.max(1, Math.log(gap) / Math.log1p(tolerance))) / Math.log(2);
        return (long) (Math.min(mostTrials - trials.size(), Math.ceil(halvings)) * perTrial);
    }

    private Found found(List<RateTrial> trials) {
        Bracket bracket = Bracket.of(trials);
        String tried = trials.size() + " rates tried";
        Reading<Double> meets = bracket.low() > 0
                ? Reading.known(bracket.low(), tried)
                : Reading.unknown("no rate down to " + rounded(bracket.undecidedLow())
                        + " queries a second was shown to keep " + slo.text());
        Reading<Double> misses = bracket.high() < Double.POSITIVE_INFINITY
                ? Reading.known(bracket.high(), tried)
                : Reading.unknown("no rate up to " + rounded(bracket.undecidedHigh())
                        + " queries a second was shown to break " + slo.text());
        return new Found(meets, misses, trials);
    }

    private static String rounded(double rate) {
        return rate >= 10 ? Long.toString(Math.round(rate)) : Double.toString(Math.round(rate * 100) / 100.0);
    }

    /// What the trials show.
    ///
    /// @param low the highest rate that keeps the promise, below all that break it; 0 for none yet
    /// @param undecidedLow the lowest rate above it that does not surely keep it
    /// @param undecidedHigh the highest rate below `high` that does not surely break it
    /// @param high the lowest rate that breaks the promise; infinite for none yet
    private record Bracket(double low, double undecidedLow, double undecidedHigh, double high) {

        static Bracket of(List<RateTrial> trials) {
            double high = trials.stream().filter(t -> t.verdict() == Verdict.MISSES)
                    .mapToDouble(RateTrial::ratePerSecond).min().orElse(Double.POSITIVE_INFINITY);
            double low = trials.stream().filter(t -> t.verdict() == Verdict.MEETS)
                    .mapToDouble(RateTrial::ratePerSecond).filter(r -> r < high).max().orElse(0);
            double undecidedLow = trials.stream().filter(t -> t.verdict() == Verdict.UNDECIDED)
                    .mapToDouble(RateTrial::ratePerSecond).filter(r -> r > low && r < high).min().orElse(high);
            double undecidedHigh = trials.stream().filter(t -> t.verdict() == Verdict.UNDECIDED)
                    .mapToDouble(RateTrial::ratePerSecond).filter(r -> r > low && r < high).max().orElse(low);
            return new Bracket(low, undecidedLow, undecidedHigh, high);
        }

        /// The middle of the wider gap, by ratio; empty if both are narrow enough.
        OptionalDouble middle(double narrow) {
            double below = undecidedLow / low;
            double above = high / undecidedHigh;
            if (Math.max(below, above) <= narrow) {
                return OptionalDouble.empty();
            }
            return OptionalDouble.of(below >= above ? Math.sqrt(low * undecidedLow) : Math.sqrt(undecidedHigh * high));
        }

        /// The wider gap, or what it may become while one side is open.
        double gap(double step) {
            return low == 0 || high == Double.POSITIVE_INFINITY
                    ? step * step
                    : Math.max(undecidedLow / low, high / undecidedHigh);
        }
    }
}
