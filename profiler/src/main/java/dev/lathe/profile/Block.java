package dev.lathe.profile;

import java.time.Instant;

/// Queries that ran without a break.
///
/// @param key which block it is
/// @param samplesNs duration of each query in nanoseconds, in order; not to be changed
/// @param wallNs duration of the whole block
/// @param cpuNs processor time of the worker, all threads together
/// @param startedAt when it started
@SuppressWarnings("ArrayRecordComponent") // raw samples by the thousand, shared and never changed
public record Block(Key key, long[] samplesNs, long wallNs, long cpuNs, Instant startedAt) {

    /// Names a block within a run, so that a run that was interrupted knows what it has.
    ///
    /// @param subject what was measured
    /// @param fork which worker process, from 0
    /// @param batch samples a query
    /// @param sequence position in the fork: neighbours in time of two subjects have the same
    public record Key(String subject, int fork, int batch, int sequence) {}
}
