package dev.lathe.profile.backend;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A runtime whose service times are known, under a clock that only its queries move: what the harness is tested against.
/// The "model" is a JSON file, see [Script]. It takes one input `x` and gives it back as `y`.
public final class SyntheticBackend implements Backend {
    private static final JsonMapper JSON = new JsonMapper();

    private long nowNs;

    /// How a synthetic model behaves.
    ///
    /// @param distribution `constant`, `log-normal` or `bimodal` (the second mode at three times the median, one in ten)
    /// @param medianNs median service time of one sample, in nanoseconds
    /// @param sigma spread of the logarithm, for `log-normal`
    /// @param warmUpQueries the first queries take up to three times as long, falling linearly
    /// @param seed of the random numbers
    /// @param endsAt the query at which the process ends with status 139, as after a segmentation fault; 0 for never
    /// @param hangsAt the query that never returns; 0 for never
    /// @param refuses why it does not load; empty if it does
    /// @param trouble what goes wrong with large batches; null if nothing does
    public record Script(String distribution, long medianNs, double sigma, int warmUpQueries, long seed, long endsAt,
            long hangsAt, String refuses, @Nullable Trouble trouble) {}

    /// What goes wrong with queries of a batch size and larger ones.
    ///
    /// @param kind `crash` (status 139), `only-crash` (at this size and no larger one), `hang`, `refuse` (an error of the runtime), `memory` (so many bytes are taken and kept),
    /// `not-finite` (the output is no number)
    /// @param batch the smallest batch size with that trouble
    /// @param amount how many bytes of memory `memory` takes; how many queries `hang` answers before
    public record Trouble(String kind, long batch, long amount) {}

    @Override
    public String id() {
        return "synthetic";
    }

    @Override
    public Reading<String> version() {
        return Reading.known("1", "SyntheticBackend");
    }

    @Override
    public Clock clock() {
        return () -> nowNs;
    }

    @Override
    public boolean virtualClock() {
        return true;
    }

    @Override
    public Session open(Path model, SessionSettings settings) {
        try {
            Script script = JSON.readValue(Files.readString(model), Script.class);
            if (!script.refuses().isEmpty()) {
                throw Problem.error("runtime-refused", model.toString(), script.refuses(), "").toException();
            }
            return new Scripted(script);
        } catch (IOException | JacksonException e) {
            throw new ProblemException(
                    Problem.error("synthetic-script", model.toString(), "no script for the synthetic backend", ""), e);
        }
    }

    private final class Scripted implements Session {
        private final Script script;
        private final SplittableRandom random;
        private long queries;
        private long troubled;

        Scripted(Script script) {
            this.script = script;
            this.random = new SplittableRandom(script.seed());
        }

        @Override
        public List<ValueInfo> inputs() {
            return List.of(ValueInfo.tensor("x", DataType.FLOAT, List.of(new Dim.Symbol("batch"), new Dim.Fixed(1))));
        }

        @Override
        public List<ValueInfo> outputs() {
            return List.of(ValueInfo.tensor("y", DataType.FLOAT, List.of(new Dim.Symbol("batch"), new Dim.Fixed(1))));
        }

        @Override
        public SequencedMap<String, Tensor> run(SequencedMap<String, Tensor> sample, List<String> wanted) {
            serve(1);
            SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
            sample.values().forEach(t -> outputs.put("y", t));
            return outputs;
        }

        @Override
        public Queries prepare(List<SequencedMap<String, Tensor>> samples) {
            return new Queries() {
                @Override
                public int size() {
                    return samples.size();
                }

                @Override
                public void run(int index) {
                    serve(batch(samples.get(index)));
                }

                @Override
                public boolean finite(int index) {
                    Trouble trouble = script.trouble();
                    return trouble == null || !trouble.kind().equals("not-finite")
                            || batch(samples.get(index)) < trouble.batch();
                }

                @Override
                public void close() {
                    // nothing is held
                }
            };
        }

        private static long batch(SequencedMap<String, Tensor> sample) {
            long[] shape = sample.firstEntry().getValue().shape();
            return shape.length == 0 ? 1 : shape[0];
        }

        private void trouble(Trouble trouble, long batch) {
            troubled++;
            switch (trouble.kind()) {
                case "crash" -> Runtime.getRuntime().halt(139);
                case "only-crash" -> {
                    if (batch == trouble.batch()) {
                        Runtime.getRuntime().halt(139);
                    }
                }
                case "hang" -> {
                    if (troubled > trouble.amount()) {
                        hang();
                    }
                }
                case "memory" -> Arena.global().allocate(trouble.amount()).fill((byte) 1);
                case "refuse" -> throw Problem
                        .error("runtime-failed", "", "the runtime failed (a batch of " + trouble.batch() + ")", "")
                        .toException();
                default -> {
                    // told by what the output looks like
                }
            }
        }

        @Override
        public Batches batches(List<SequencedMap<String, Tensor>> samples, int largest) {
            for (int size = 1; size <= largest; size++) {
                serve(size);
            }
            Trouble trouble = script.trouble();
            boolean finite = trouble == null || !trouble.kind().equals("not-finite") || largest < trouble.batch();
            return new Batches() {
                @Override
                public int samples() {
                    return samples.size();
                }

                @Override
                public void run(int[] which, int count) {
                    serve(count);
                }

                @Override
                public boolean finite() {
                    return finite;
                }

                @Override
                public void close() {
                    // nothing is held
                }
            };
        }

        private void serve(long batch) {
            queries++;
            Trouble trouble = script.trouble();
            if (trouble != null && batch >= trouble.batch()) {
                trouble(trouble, batch);
            }
            if (queries == script.endsAt()) {
                Runtime.getRuntime().halt(139);
            }
            if (queries == script.hangsAt()) {
                hang();
            }
            double cold = queries < script.warmUpQueries()
                    ? 1 + 2.0 * (script.warmUpQueries() - queries) / script.warmUpQueries()
                    : 1;
            double factor = switch (script.distribution()) {
                case "log-normal" -> Math.exp(script.sigma() * random.nextGaussian());
                case "bimodal" -> random.nextInt(10) == 0 ? 3 : 1;
                default -> 1;
            };
            nowNs += Math.round(script.medianNs() * factor * cold * batch);
        }

        private static void hang() {
            try {
                Thread.currentThread().join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
