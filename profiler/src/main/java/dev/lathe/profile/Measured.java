package dev.lathe.profile;

import dev.lathe.base.Problem;
import dev.lathe.profile.stats.Fork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a bench found out about one subject: raw samples and single figures, of each fork.
///
/// @param subject its key
/// @param singles durations of single queries (batch 1), in nanoseconds, by fork and block
/// @param cpu processor time a query of the same blocks, in nanoseconds, one number a block
/// @param batches durations of queries of each larger batch size, by fork and block
/// @param leftOut why a batch size was not measured, by batch size
/// @param failed what went wrong with a batch size, by batch size; these are left out too
/// @param figures single figures of each fork
/// @param failure why there is nothing (or no more), if something went wrong
public record Measured(String subject, List<Fork> singles, List<Fork> cpu, SortedMap<Integer, List<Fork>> batches,
        SortedMap<Integer, String> leftOut, SortedMap<Integer, Problem> failed, List<Figures> figures,
        List<Problem> failure) {

    /// Copies the collections.
    public Measured {
        singles = List.copyOf(singles);
        cpu = List.copyOf(cpu);
        batches = Collections.unmodifiableSortedMap(new TreeMap<>(batches));
        leftOut = Collections.unmodifiableSortedMap(new TreeMap<>(leftOut));
        failed = Collections.unmodifiableSortedMap(new TreeMap<>(failed));
        figures = List.copyOf(figures);
        failure = List.copyOf(failure);
    }

    /// Single figures of one fork.
    ///
    /// @param loadNs opening the session, its file being in the page cache
    /// @param firstNs the first inference after it
    /// @param warmUpNs how long it took until no drift was found any more
    /// @param memoryLoadedBytes growth of the worker's private memory by loading; empty where the system does not say
    /// @param memoryPeakBytes growth of it at its highest, while single queries ran
    /// @param rawPeakBytes the worker's highest resident memory, with the JVM and mapped files
    public record Figures(long loadNs, long firstNs, long warmUpNs, OptionalLong memoryLoadedBytes,
            OptionalLong memoryPeakBytes, OptionalLong rawPeakBytes) {}

    /// The name of the fact that holds the highest growth of private memory up to a batch size.
    public static String memoryFact(int batch) {
        return Lane.memoryFact(batch);
    }

    /// Collects what is measured, fork by fork.
    static final class Collector {
        private final String subject;
        private final List<Fork> singles = new ArrayList<>();
        private final List<Fork> cpu = new ArrayList<>();
        private final SortedMap<Integer, List<Fork>> batches = new TreeMap<>();
        final SortedMap<Integer, String> leftOut = new TreeMap<>();
        final SortedMap<Integer, Problem> failed = new TreeMap<>();
        final List<Figures> figures = new ArrayList<>();
        final List<Problem> failure = new ArrayList<>();

        Collector(String subject) {
            this.subject = subject;
        }

        void singles(List<Block> blocks) {
            singles.add(new Fork(blocks.stream().map(Block::samplesNs).toList()));
            cpu.add(new Fork(
                    blocks.stream().map(b -> new long[]{b.cpuNs() / Math.max(1, b.samplesNs().length)}).toList()));
        }

        void batch(int batch, List<Block> blocks) {
            batches.computeIfAbsent(batch, _ -> new ArrayList<>())
                    .add(new Fork(blocks.stream().map(Block::samplesNs).toList()));
        }

        void fail(int batch, Problem problem) {
            failed.put(batch, problem);
            leftOut.put(batch, problem.what());
            batches.remove(batch);
        }

        Measured done() {
            return new Measured(subject, singles, cpu, batches, leftOut, failed, figures, failure);
        }
    }
}
