package dev.lathe.app.engine.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A stretch of uninterrupted measuring with its raw samples, the unit in which measurements are kept and resumed.
///
/// @param key which block of which run
/// @param samples the raw samples, in nanoseconds unless the kind says otherwise, in the order they were taken
/// @param wallNs elapsed time of the whole block
/// @param cpuNs processor time of the worker over the block, all threads
/// @param startedAt when it began, to the millisecond
public record Block(Key key, Samples samples, long wallNs, long cpuNs, Instant startedAt) {

    /// Cuts the time to what the history keeps.
    public Block {
        startedAt = startedAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /// Names a block; a run holds at most one of each name.
    ///
    /// @param run the run it belongs to
    /// @param variantKey the candidate, as the run's plan names it
    /// @param fork the child process, counted from 0
    /// @param kind what was sampled: `latency`, `throughput`
    /// @param batch samples a query
    /// @param sequence counts the blocks of the same variant, fork, kind and batch from 0
    public record Key(RunId run, String variantKey, int fork, String kind, int batch, int sequence) {}
}
