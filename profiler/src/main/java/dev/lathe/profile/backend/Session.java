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

    /// Prepares queries for timing: inputs in direct buffers, outputs pinned, so that running one allocates nothing.
    ///
    /// @param samples one query each
    Queries prepare(List<SequencedMap<String, Tensor>> samples);

    @Override
    void close();

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
