package dev.lathe.profile.worker;

import dev.lathe.profile.Wire;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLongArray;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How fast memory moves: several threads copy arrays of their own, of a size that together makes the working set.
///
/// *Source:* the copy kernel of McCalpin's STREAM: bytes read and bytes written are added up, what the hardware reads on
/// top of that to write is not.
final class CopyBandwidth {
    private static final int PAGE = 4096;
    /// A sample is so long that starting the threads does not show.
    private static final long SAMPLE_NS = 3_000_000;
    private static final int CALIBRATIONS = 6;

    private CopyBandwidth() {}

    /// For each size, samples in nanoseconds and the bytes that each of them moved.
    static JsonNode measure(JsonNode request) {
        int threads = request.path("threads").asInt(1);
        int samples = request.path("samples").asInt();
        ArrayNode sizes = Wire.object().putArray("sizes");
        request.path("sizes").forEach(size -> sizes.add(one(size.asLong(), threads, samples)));
        ObjectNode result = Wire.object();
        result.set("sizes", sizes);
        return result;
    }

    private static ObjectNode one(long workingSet, int threads, int samples) {
        long bytes = Math.max(PAGE, workingSet / (2L * threads));
        try (Arena arena = Arena.ofShared()) {
            List<MemorySegment> sources = new ArrayList<>();
            List<MemorySegment> targets = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                sources.add(arena.allocate(bytes, PAGE).fill((byte) t));
                targets.add(arena.allocate(bytes, PAGE).fill((byte) 1));
            }
            int repeats = 1;
            // the first rounds run in the interpreter and touch new pages
            for (int i = 0; i < CALIBRATIONS; i++) {
                long one = Math.max(1, round(sources, targets, repeats) / repeats);
                repeats = Math.clamp(SAMPLE_NS / one, 1, 1_000_000);
            }
            ObjectNode result = Wire.object().put("workingSetBytes", 2 * bytes * threads).put("movedBytes",
                    2 * bytes * threads * repeats);
            ArrayNode times = result.putArray("ns");
            for (int i = 0; i < samples; i++) {
                times.add(round(sources, targets, repeats));
            }
            return result;
        }
    }

    /// All threads copy so often; from the first start to the last end.
    private static long round(List<MemorySegment> sources, List<MemorySegment> targets, int repeats) {
        int threads = sources.size();
        CyclicBarrier barrier = new CyclicBarrier(threads);
        AtomicLongArray starts = new AtomicLongArray(threads);
        AtomicLongArray ends = new AtomicLongArray(threads);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int own = t;
            running.add(Thread.ofPlatform().start(() -> {
                try {
                    barrier.await();
                    starts.set(own, System.nanoTime());
                    for (int i = 0; i < repeats; i++) {
                        targets.get(own).copyFrom(sources.get(own));
                    }
                    ends.set(own, System.nanoTime());
                } catch (InterruptedException | BrokenBarrierException _) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        long start = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        for (int t = 0; t < threads; t++) {
            try {
                running.get(t).join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            start = Math.min(start, starts.get(t));
            end = Math.max(end, ends.get(t));
        }
        return Math.max(1, end - start);
    }
}
