package dev.lathe.profile.load;

/// The raw outcome of one run under load.
///
/// @param fork which worker process it ran in; runs of one fork are its blocks
/// @param queries what happened to each query
/// @param generator how the generator did
public record LoadRun(int fork, QueryLog queries, Generator generator) {

    /// What driving the load took, so that a harness that disturbs what it measures is seen.
    ///
    /// @param wallNs the whole run
    /// @param generatorCpuNs processor time of the generator's thread
    /// @param workerCpuNs processor time of the worker, all threads and the generator together
    /// @param collectionNs time in garbage collection
    /// @param samples how many different samples the queries carried
    /// @param virtual whether the clock was moved by a synthetic backend instead of by time
    public record Generator(long wallNs, long generatorCpuNs, long workerCpuNs, long collectionNs, int samples,
            boolean virtual) {

        /// The generator's share of one processor.
        public double cpuShare() {
            return wallNs == 0 ? 0 : (double) generatorCpuNs / wallNs;
        }
    }
}
