package dev.lathe.profile.backend;

import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// An opened model.
public interface Session extends AutoCloseable {

    /// What the model wants.
    List<ValueInfo> inputs();

    /// What it gives; values that are no tensors are listed and cannot be asked for.
    List<ValueInfo> outputs();

    /// How many parameters the model has, where the runtime tells.
    default OptionalLong parameters() {
        return OptionalLong.empty();
    }

    /// Runs one sample.
    ///
    /// @param wanted names of the outputs to give
    /// @return the outputs' values, owned by the caller
    SequencedMap<String, Tensor> run(SequencedMap<String, Tensor> sample, List<String> wanted);

    /// Runs one sample, as [#run] does, and shows the outputs in memory that the next call writes anew: for looking at large
    /// values of many samples.
    ///
    /// @param wanted names of the outputs to see
    default SequencedMap<String, Tensor> observe(SequencedMap<String, Tensor> sample, List<String> wanted) {
        return run(sample, wanted);
    }

    /// Prepares queries for timing: inputs in direct buffers, outputs pinned, so that running one allocates nothing.
    ///
    /// @param samples one query each
    Queries prepare(List<SequencedMap<String, Tensor>> samples);

    /// Prepares for batches that are formed of single samples as they come, as a serving system forms them.
    ///
    /// A batch of one runs its sample where it lies. The rows of a larger one are copied side by side into one direct
    /// buffer, which all batch sizes share, as part of the run: about 0.1 ms for each MB.
    ///
    /// @param samples of batch 1, all of one shape unless `largest` is 1
    /// @param largest the largest batch; every size up to it is prepared and run once
    /// @throws dev.lathe.base.ProblemException if the samples cannot share a batch, or the model takes none of that size
    Batches batches(List<SequencedMap<String, Tensor>> samples, int largest);

    @Override
    void close();

    /// Batches of prepared samples, run one at a time; nothing is allocated for a run.
    interface Batches extends AutoCloseable {

        /// How many samples there are.
        int samples();

        /// Runs some samples together.
        ///
        /// @param samples which ones, by index
        /// @param count how many of them, from the front of the array
        void run(int[] samples, int count);

        /// Whether all elements of the float outputs were finite when each batch size was run for the first time.
        boolean finite();

        @Override
        void close();
    }

    /// Prepared queries, run one at a time.
    interface Queries extends AutoCloseable {

        /// How many there are.
        int size();

        /// Runs one query to its end.
        void run(int index);

        /// Whether all elements of the query's float outputs are finite, after it was run.
        boolean finite(int index);

        @Override
        void close();
    }
}
