package dev.lathe.evaluate;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Progress;
import dev.lathe.base.Sha256;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ObjIntConsumer;

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
    /// @param contents by hash of what the model gets: the first sample that has it
    public record Pack(Path file, List<List<Integer>> rows, Map<String, Integer> contents) {
        /// Copies the rows.
        public Pack {
            rows = List.copyOf(rows);
            contents = Map.copyOf(contents);
        }

        /// Samples of another pack that are equal in content to one of this, so that what is learned from these says
        /// nothing about those.
        public List<Integer> equalIn(Pack other) {
            return other.contents.entrySet().stream().filter(e -> contents.containsKey(e.getKey()))
                    .map(Map.Entry::getValue).sorted().toList();
        }
    }

    /// Writes the samples in the given order.
    ///
    /// @throws dev.lathe.base.ProblemException if a sample cannot be read or does not fit, or the file cannot be written
    /// @throws CancellationException if it was asked to stop; nothing is left of the file
    public Pack write(Path file, List<Integer> samples, Progress.Listener listener, Cancellation cancellation) {
        Map<String, Integer> contents = new ConcurrentHashMap<>();
        List<List<Integer>> rows = write(file, samples, listener, cancellation,
                (sample, index) -> contents.merge(hash(sample), index, Math::min));
        return new Pack(file, rows, contents);
    }

    /// Writes the samples in the given order, where they are not to be told from those of another pack: that takes a hash
    /// of each.
    ///
    /// @return the pack, without the samples' contents
    public Pack writeAlone(Path file, List<Integer> samples, Progress.Listener listener, Cancellation cancellation) {
        return new Pack(file, write(file, samples, listener, cancellation, (_, _) -> {}), Map.of());
    }

    private List<List<Integer>> write(Path file, List<Integer> samples, Progress.Listener listener,
            Cancellation cancellation, ObjIntConsumer<SequencedMap<String, Tensor>> seen) {
        // a state of two layers is no batch of two
        Batcher batcher = new Batcher(
                signature.stream().filter(i -> !dataset.carried().containsKey(i.name())).toList(), batch);
        List<List<Integer>> chunks = batcher.chunks(samples);
        int cores = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(cores, Thread.ofPlatform().daemon().factory());
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            boolean whole = false;
            try {
                write(writer, batcher, chunks, executor, new Watch(listener, cancellation, cores), seen);
                whole = true;
            } finally {
                if (!whole) {
                    writer.abandon();
                }
            }
        } finally {
            executor.shutdownNow();
        }
        return chunks;
    }

    /// Who watches, and how far preparing may run ahead of writing.
    private record Watch(Progress.Listener listener, Cancellation cancellation, int cores) {}

    private void write(TensorPackWriter writer, Batcher batcher, List<List<Integer>> chunks, ExecutorService executor,
            Watch watch, ObjIntConsumer<SequencedMap<String, Tensor>> seen) {
        Deque<Future<Batch>> ahead = new ArrayDeque<>();
        int submitted = 0;
        for (int written = 0; written < chunks.size(); written++) {
            while (submitted < chunks.size() && ahead.size() < BATCHES_AHEAD_PER_CORE * watch.cores) {
                List<Integer> chunk = chunks.get(submitted++);
                ahead.add(executor.submit(() -> prepared(batcher, chunk, seen)));
            }
            watch.cancellation.throwIfCancelled();
            writer.add(result(ahead.remove()).inputs());
            watch.listener.progress(Progress.of("preparing " + dataset.name(), (written + 1.0) / chunks.size()));
        }
    }

    private Batch prepared(Batcher batcher, List<Integer> chunk,
            ObjIntConsumer<SequencedMap<String, Tensor>> seen) {
        List<SequencedMap<String, Tensor>> singles = new ArrayList<>();
        for (int sample : chunk) {
            SequencedMap<String, Tensor> single = dataset.sample(sample, signature);
            seen.accept(single, sample);
            singles.add(single);
        }
        return batcher.join(chunk, singles);
    }

    private static String hash(SequencedMap<String, Tensor> sample) {
        MessageDigest digest = Sha256.digest();
        sample.values().forEach(t -> {
            digest.update(t.signature().getBytes(StandardCharsets.UTF_8));
            digest.update(t.data());
        });
        return HexFormat.of().formatHex(digest.digest());
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
