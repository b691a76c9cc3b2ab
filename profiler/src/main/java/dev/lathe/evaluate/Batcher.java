package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// Puts single samples (batch 1) side by side along the first dimension.
///
/// The last batch is filled up by repeating its last sample. Inputs without a dimension (a sampling rate, say) are the
/// same for all rows. Rows of different shape, as unpadded text has them, cannot share a batch.
///
/// @param signature the model's inputs
/// @param size rows of a batch, at least 1
public record Batcher(List<ValueInfo> signature, int size) {

    /// Checks that every input can take that many rows.
    ///
    /// @throws ProblemException if an input has another fixed first dimension, naming it
    public Batcher {
        signature = List.copyOf(signature);
        if (size < 1) {
            throw new IllegalArgumentException("batch of " + size);
        }
        for (ValueInfo input : signature) {
            OptionalLong fixed = batch(input);
            if (fixed.isPresent() && fixed.getAsLong() != size) {
                throw Problem.error("batch-does-not-fit", "input " + input.name(),
                        "takes " + input.signature() + " and no batch of " + size,
                        "Choose batch " + fixed.getAsLong() + ", or a model with an open batch dimension.")
                        .toException();
            }
        }
    }

    /// The batch size a model insists on: the fixed first dimension of its inputs; empty where it is open.
    public static OptionalInt fixedBatch(List<ValueInfo> signature) {
        return signature.stream().map(Batcher::batch).filter(OptionalLong::isPresent)
                .mapToInt(size -> Math.toIntExact(size.getAsLong())).max();
    }

    private static OptionalLong batch(ValueInfo input) {
        return input.batch().map(Dim::fixed).orElse(OptionalLong.empty());
    }

    /// The samples in chunks of the batch's size; the last may be shorter.
    public List<List<Integer>> chunks(List<Integer> samples) {
        List<List<Integer>> chunks = new ArrayList<>();
        for (int i = 0; i < samples.size(); i += size) {
            chunks.add(List.copyOf(samples.subList(i, Math.min(i + size, samples.size()))));
        }
        return List.copyOf(chunks);
    }

    /// One batch of the given samples, which were made with batch 1.
    ///
    /// @param samples which samples these are, as many as there are singles
    /// @throws ProblemException if their shapes differ, naming the input
    public Batch join(List<Integer> samples, List<SequencedMap<String, Tensor>> singles) {
        if (singles.isEmpty() || singles.size() > size || singles.size() != samples.size()) {
            throw new IllegalArgumentException(singles.size() + " samples for a batch of " + size);
        }
        SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
        for (String name : singles.getFirst().sequencedKeySet()) {
            List<Tensor> rows = singles.stream().map(single -> row(single, name)).toList();
            inputs.put(name, size == 1 || rows.getFirst().shape().length == 0 ? rows.getFirst() : stacked(name, rows));
        }
        return new Batch(Collections.unmodifiableSequencedMap(inputs), samples);
    }

    private static Tensor row(SequencedMap<String, Tensor> single, String name) {
        Tensor tensor = single.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("a sample lacks input " + name);
        }
        return tensor;
    }

    private Tensor stacked(String name, List<Tensor> rows) {
        Tensor first = rows.getFirst();
        long[] shape = first.shape();
        if (shape[0] != 1) {
            throw Problem.error("batch-does-not-fit", "input " + name,
                    "has samples of " + first.signature() + ", whose first dimension is no batch of 1",
                    "Choose batch 1.").toException();
        }
        ByteBuffer data = ByteBuffer.allocateDirect(Math.multiplyExact(first.data().remaining(), size))
                .order(ByteOrder.nativeOrder());
        for (int i = 0; i < size; i++) {
            Tensor row = rows.get(Math.min(i, rows.size() - 1));
            if (row.type() != first.type() || !Arrays.equals(row.shape(), shape)) {
                throw different(name, first, row);
            }
            data.put(row.data());
        }
        shape[0] = size;
        return new Tensor(first.type(), shape, data.flip());
    }

    private static ProblemException different(String name, Tensor first, Tensor other) {
        return Problem.error("batch-does-not-fit", "input " + name,
                "has samples of " + first.signature() + " and of " + other.signature() + ", which cannot share a batch",
                "Choose batch 1.").toException();
    }
}
