package dev.lathe.evaluate;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Progress;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Writes samples of a dataset into a [TensorPack], one batch an entry.
///
/// Samples are prepared on all cores and written in order; a few batches a core are held at a time.
///
/// @param dataset where the samples come from
/// @param signature the model's inputs
/// @param batch rows of an entry
public record PackBuilder(Dataset dataset, List<ValueInfo> signature, int batch) {
    private static final int BATCHES_AHEAD_PER_CORE = 4;

    /// Copies the signature.
    public PackBuilder {
        signature = List.copyOf(signature);
    }

    /// A finished pack.
    ///
    /// @param rows by entry: which sample each row is; rows beyond these are padding and not scored
    public record Pack(Path file, List<List<Integer>> rows) {
        /// Copies the rows.
        public Pack {
            rows = List.copyOf(rows);
        }
    }

    /// Writes the samples in the given order.
    ///
    /// @throws dev.lathe.base.ProblemException if a sample cannot be read or does not fit, or the file cannot be written
    /// @throws CancellationException if it was asked to stop; nothing is left of the file
    public Pack write(Path file, List<Integer> samples, Progress.Listener listener, Cancellation cancellation) {
        Batcher batcher = new Batcher(signature, batch);
        List<List<Integer>> chunks = batcher.chunks(samples);
        int cores = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(cores, Thread.ofPlatform().daemon().factory());
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            boolean whole = false;
            try {
                write(writer, batcher, chunks, executor, new Watch(listener, cancellation, cores));
                whole = true;
            } finally {
                if (!whole) {
                    writer.abandon();
                }
            }
        } finally {
            executor.shutdownNow();
        }
        return new Pack(file, chunks);
    }

    /// Who watches, and how far preparing may run ahead of writing.
    private record Watch(Progress.Listener listener, Cancellation cancellation, int cores) {}

    private void write(TensorPackWriter writer, Batcher batcher, List<List<Integer>> chunks, ExecutorService executor,
            Watch watch) {
        Deque<Future<Batch>> ahead = new ArrayDeque<>();
        int submitted = 0;
        for (int written = 0; written < chunks.size(); written++) {
            while (submitted < chunks.size() && ahead.size() < BATCHES_AHEAD_PER_CORE * watch.cores) {
                List<Integer> chunk = chunks.get(submitted++);
                ahead.add(executor.submit(() -> prepared(batcher, chunk)));
            }
            watch.cancellation.throwIfCancelled();
            writer.add(result(ahead.remove()).inputs());
            watch.listener.progress(Progress.of("preparing " + dataset.name(), (written + 1.0) / chunks.size()));
        }
    }

    private Batch prepared(Batcher batcher, List<Integer> chunk) {
        List<SequencedMap<String, Tensor>> singles = new ArrayList<>();
        for (int sample : chunk) {
            singles.add(dataset.sample(sample, signature));
        }
        return batcher.join(chunk, singles);
    }

    private static Batch result(Future<Batch> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException problem -> throw problem;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted");
            cancelled.initCause(e);
            throw cancelled;
        }
    }
}
