package dev.lathe.profile.sweep;

import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.load.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// All combinations of what is swept. The first setup is what the others are held against.
///
/// @param variants names, at least one
/// @param sessions the runtime's settings, at least one; see [Options]
/// @param instances sessions that run at the same time, at least one number
/// @param batches samples a query, at least one number; under other loads than single-stream the most that are batched
/// @param scenarios who asks when, at least one
public record Grid(List<String> variants, List<SessionSettings> sessions, List<Integer> instances,
        List<Integer> batches, List<Scenario> scenarios) {

    /// Copies the lists, each value once.
    public Grid {
        variants = variants.stream().distinct().toList();
        sessions = sessions.stream().distinct().toList();
        instances = instances.stream().distinct().toList();
        batches = batches.stream().distinct().sorted().toList();
        scenarios = scenarios.stream().distinct().toList();
        if (scenarios.isEmpty() || variants.isEmpty() || sessions.isEmpty() || instances.isEmpty()
                || batches.isEmpty()) {
            throw new IllegalArgumentException("an empty side of the grid");
        }
    }

    /// One query after the other.
    public Grid(List<String> variants, List<SessionSettings> sessions, List<Integer> instances,
            List<Integer> batches) {
        this(variants, sessions, instances, batches, List.of(new Scenario.SingleStream()));
    }

    /// Every setup: variants side by side under the same settings, then the next settings.
    public List<Setup> setups() {
        List<Setup> setups = new ArrayList<>();
        for (SessionSettings session : sessions) {
            for (int count : instances) {
                variants.forEach(variant -> setups.add(new Setup(variant, session, count)));
            }
        }
        return List.copyOf(setups);
    }

    /// Every cell.
    public List<Cell> cells() {
        return setups().stream().flatMap(setup -> scenarios.stream().flatMap(scenario -> cells(setup, scenario)))
                .toList();
    }

    /// Offline brings its own batch.
    private Stream<Cell> cells(Setup setup, Scenario scenario) {
        return scenario instanceof Scenario.Offline(int batch)
                ? Stream.of(new Cell(setup, batch, scenario))
                : batches.stream().map(batch -> new Cell(setup, batch, scenario));
    }

    /// Whether more than one way of running is asked for.
    public boolean isSweep() {
        return sessions.size() * instances.size() > 1;
    }

    /// A setup's name in this grid: the variant's, with what tells it from others of the same variant.
    public String name(Setup setup) {
        return isSweep() ? setup.variant() + ", " + setup.words() : setup.variant();
    }

    /// What is swept of a runtime's settings, each a list of values to try.
    ///
    /// @param intraOpThreads threads that share one operator
    /// @param interOpThreads threads that run operators side by side; more than one means parallel execution
    /// @param spinning whether idle threads spin
    /// @param arena whether the arena keeps memory between runs
    /// @param memoryPattern whether a run's memory is planned as one block
    /// @param graphLevels `disable`, `basic`, `extended`, `all`
    public record Options(List<Integer> intraOpThreads, List<Integer> interOpThreads, List<Boolean> spinning,
            List<Boolean> arena, List<Boolean> memoryPattern, List<String> graphLevels) {

        /// The runtime's defaults, with these numbers of threads.
        public static Options threads(List<Integer> intraOpThreads) {
            return new Options(intraOpThreads, List.of(1), List.of(true), List.of(true), List.of(true), List.of("all"));
        }

        /// All combinations, the first value of each side first.
        public List<SessionSettings> settings() {
            List<SessionSettings> settings = new ArrayList<>();
            for (int intra : intraOpThreads) {
                for (int inter : interOpThreads) {
                    for (boolean spin : spinning) {
                        for (boolean keeps : arena) {
                            for (boolean pattern : memoryPattern) {
                                graphLevels.forEach(level -> settings.add(new SessionSettings(intra, inter, inter > 1,
                                        spin, keeps, pattern, level)));
                            }
                        }
                    }
                }
            }
            return List.copyOf(settings);
        }
    }
}
