package dev.lathe.app.gui.work;

import dev.lathe.app.engine.Answers;
import dev.lathe.app.engine.AnswersRequest;
import dev.lathe.app.engine.AutoOptions;
import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.engine.PruningDamage;
import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.store.Leftovers;
import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.Standing;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.evaluate.Sight;
import dev.lathe.graph.inspect.ModelSummary;
import dev.lathe.graph.inspect.Sizes;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Machine;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.search.Sensitivities;
import dev.lathe.profile.Block;
import dev.lathe.profile.Target;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.target.Targets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An engine that tells what a real run of the sample told, with made-up samples for the charts. It can be stopped half
/// way, and made to fail.
public final class FakeEngine implements Engine {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final String[] NAMES = {"original", "clean", "dynamic-int8", "static-int8", "original again"};
    private static final double[] MEDIANS_NS = {322_000, 321_000, 330_000, 121_000, 322_500};
    private static final int ROUNDS = 6;

    /// Where a run waits until it is released or cancelled; none by default.
    public enum Hold {
        NOWHERE, AFTER_SCORING, WHILE_MEASURING
    }

    private final Path folder;
    private final CountDownLatch released = new CountDownLatch(1);
    private Hold hold = Hold.NOWHERE;
    private Optional<Problem> failure = Optional.empty();
    private final List<AutoOptions> asked = new ArrayList<>();
    private final List<Descendant> made = new ArrayList<>();
    private final List<Recipe> ranked = new ArrayList<>();
    private final List<MeasureRequest> sweeps = new ArrayList<>();
    private boolean scored;
    private final List<RunId> deleted = new ArrayList<>();

    /// @param folder where bundles are
    public FakeEngine(Path folder) {
        this.folder = folder;
    }

    /// Where the next run waits.
    public FakeEngine holding(Hold where) {
        hold = where;
        return this;
    }

    /// How the next run ends.
    public FakeEngine failing(Problem problem) {
        failure = Optional.of(problem);
        return this;
    }

    /// Lets a waiting run go on.
    public void release() {
        released.countDown();
    }

    /// What was asked for.
    public List<AutoOptions> asked() {
        return asked;
    }

    /// The grids that were measured.
    public List<MeasureRequest> sweeps() {
        return sweeps;
    }

    /// The recipes that layers were ranked for.
    public List<Recipe> ranked() {
        return ranked;
    }

    @Override
    public Machine machine() {
        return Machine.detect(Host.local());
    }

    @Override
    public Targets targets(Watch watch) {
        throw Problem.error("worker-start", "", "no worker is started in tests of the window", "").toException();
    }

    @Override
    public ModelSummary inspect(Path model, Watch watch) {
        return ModelSummary.of(Workbench.open(model), model, Sizes.ofBatch(1));
    }

    @Override
    public JsonNode auto(AutoOptions options, Target target, Watch watch) {
        asked.add(options);
        List<JsonNode> events = events();
        boolean measured = false;
        for (JsonNode event : events) {
            String kind = event.path("event").asString();
            watch.cancellation().throwIfCancelled();
            if (kind.equals("progress")) {
                step(event, watch);
                if (!measured && event.path("step").asString().startsWith("measuring")) {
                    measured = true;
                    wait(Hold.AFTER_SCORING, watch);
                    failure.ifPresent(f -> {
                        throw f.toException();
                    });
                    blocks().forEach(b -> watch.tell().accept(new Happening.Timed(b)));
                    wait(Hold.WHILE_MEASURING, watch);
                }
            } else if (!kind.equals("result")) {
                watch.tell().accept(new Happening.Told(event));
            }
        }
        return result();
    }

    private static void step(JsonNode event, Watch watch) {
        JsonNode left = event.path("remainingNs");
        watch.tell().accept(new Happening.Step(new Progress(event.path("step").asString(),
                event.path("fraction").asDouble(),
                left.isNumber() ? OptionalLong.of(left.asLong()) : OptionalLong.empty())));
    }

    private void wait(Hold here, Watch watch) {
        if (hold != here) {
            return;
        }
        CountDownLatch go = released;
        try (var _ = watch.cancellation().onCancel(go::countDown)) {
            go.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        watch.cancellation().throwIfCancelled();
    }

    /// The recorded events.
    static List<JsonNode> events() {
        try (InputStream in = Objects.requireNonNull(FakeEngine.class.getResourceAsStream("events.jsonl"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(JSON::readTree).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The recorded result, its bundle being a small one.
    public JsonNode result() {
        ObjectNode result = (ObjectNode) events().getLast().deepCopy();
        return result.put("bundle", bundle().toString());
    }

    private Path bundle() {
        Path bundle = folder.resolve("bundle");
        try {
            Files.createDirectories(bundle.resolve("triton/digits/1"));
            Files.writeString(bundle.resolve("README.md"), "# digits\n\nServe it with Triton.\n");
            Files.writeString(bundle.resolve("manifest.json"), "{\"format\":\"lathe-bundle/1\"}\n");
            Files.writeString(bundle.resolve("triton/digits/config.pbtxt"), "name: \"digits\"\nmax_batch_size: 16\n");
            Files.write(bundle.resolve("triton/digits/1/model.onnx"), new byte[]{8, 8, 0, 18, 7});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bundle;
    }

    @Override
    public JsonNode export(RunId run, AutoOptions.Output output, Watch watch) {
        ObjectNode result = (ObjectNode) result();
        output.folder().ifPresent(f -> result.put("bundle", f.toString()));
        return result;
    }

    @Override
    public long predictedNs(MeasureRequest request) {
        return request.budgetNs() + request.cells().size() * 1_000_000_000L;
    }

    @Override
    public JsonNode measure(MeasureRequest request, Watch watch) {
        sweeps.add(request);
        return new FakeSweep(request).run(watch, () -> wait(Hold.WHILE_MEASURING, watch));
    }

    @Override
    public Descendant make(Path parent, Recipe recipe, Optional<Path> data, Watch watch) {
        failure.ifPresent(f -> {
            throw f.toException();
        });
        wait(Hold.AFTER_SCORING, watch);
        Optional<String> of = made.stream().filter(v -> v.file().equals(parent)).map(Descendant::id).findFirst();
        String id = String.format(Locale.ROOT, "%012x", made.size() + 0xa51e0);
        Descendant variant = new Descendant(recipe.name(), id, of, folder.resolve(id + ".onnx"), 286_100,
                List.of("12 weights stored as 8-bit integers", "10 values quantized with ranges from 200 samples",
                        "2 nodes left in float: Softmax and what follows it"),
                Recipes.toJson(recipe));
        made.addFirst(variant);
        return variant;
    }

    @Override
    public List<Descendant> descendants(Path model) {
        return List.copyOf(made);
    }

    @Override
    public Explanation explain(Path variant, Optional<Path> parent, Watch watch) {
        fail();
        return FakeFindings.explanation(variant, parent);
    }

    @Override
    public Sensitivities sensitivities(Path model, Recipe recipe, Path data, Watch watch) {
        fail();
        ranked.add(recipe);
        return FakeFindings.sensitivities(String.valueOf(model.getFileName()));
    }

    @Override
    public List<Tied> tied(Path model, Watch watch) {
        fail();
        return FakeFindings.tied();
    }

    @Override
    public Prunable prunable(Path model, Recipe recipe, Watch watch) {
        fail();
        return FakeFindings.prunable();
    }

    @Override
    public PruningDamage damage(Path model, Recipe recipe, Path data, Watch watch) {
        fail();
        wait(Hold.WHILE_MEASURING, watch);
        return FakeFindings.damage();
    }

    @Override
    public BeforeAfter beforeAfter(Path parent, Path variant, Watch watch) {
        fail();
        return FakeFindings.beforeAfter(scored, sweeps.isEmpty()
                ? Optional.empty()
                : Optional.of(FakeFindings.speed()));
    }

    @Override
    public void score(Path parent, Path variant, Path data, Watch watch) {
        fail();
        scored = true;
    }

    private void fail() {
        failure.ifPresent(f -> {
            throw f.toException();
        });
    }

    @Override
    public Answers answers(AnswersRequest request, Watch watch) {
        failure.ifPresent(f -> {
            throw f.toException();
        });
        wait(Hold.AFTER_SCORING, watch);
        return FakeAnswers.of(request);
    }

    @Override
    public List<Sight> sights(Path model, Path data, List<Integer> samples) {
        return samples.stream().map(FakeAnswers::sight).toList();
    }

    @Override
    public OperatorProfile profile(Path model, Optional<Path> data, OptionalInt threads, Watch watch) {
        watch.cancellation().throwIfCancelled();
        return FakeSweep.profile();
    }

    @Override
    public SequencedMap<String, Path> files(RunId run) {
        SequencedMap<String, Path> files = new LinkedHashMap<>();
        List.of("clean", "dynamic-int8", "static-int8").forEach(name -> files.put(name,
                folder.resolve(name + ".onnx")));
        return files;
    }

    @Override
    public List<Listed> runs() {
        RunRequest request = new RunRequest("auto", Path.of("/models/digits.onnx"), "00", "key",
                """
                        {"plan":{"budgetNs":12000000000},"data":"/data/digits.json","sloP99Ns":20000000,"maxDrop":0.5,"usdPerHour":null}""",
                "{}");
        return Stream.of(
                new Run(new RunId("20260131-130000-aaaaaa"), request, START.plusSeconds(3600), RunState.CANCELLED,
                        Optional.empty()),
                new Run(new RunId("20261124-080015-cbc16f"), request, START, RunState.FINISHED,
                        Optional.of(result().toString())))
                .filter(r -> !deleted.contains(r.id())).map(r -> new Listed(StoredResult.of(r),
                        r.state() == RunState.FINISHED ? Standing.FINISHED : Standing.CANCELLED))
                .toList();
    }

    @Override
    public List<Block> blocks(RunId run) {
        return blocks();
    }

    /// Log-normal latencies with a few outliers, interleaved as the bench does it.
    static List<Block> blocks() {
        Random random = new Random(7);
        List<Block> blocks = new ArrayList<>();
        double now = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int v = 0; v < NAMES.length; v++) {
                for (int batch : round == 0 ? new int[]{1} : new int[]{1, 4, 16}) {
                    long[] samples = new long[batch == 1 ? 400 : 40];
                    double sum = 0;
                    for (int i = 0; i < samples.length; i++) {
                        double outlier = random.nextInt(150) == 0 ? 4 + 6 * random.nextDouble() : 1;
                        samples[i] = Math.round(MEDIANS_NS[v] * Math.pow(batch, 0.8) * outlier
                                * Math.exp(0.08 * random.nextGaussian()));
                        sum += samples[i];
                    }
                    blocks.add(new Block(new Block.Key(NAMES[v], 0, batch, round), samples, Math.round(sum),
                            Math.round(sum), START.plusNanos(Math.round(now))));
                    now += sum + 2e7;
                }
            }
        }
        return blocks;
    }

    @Override
    public Leftovers delete(List<RunId> runs) {
        deleted.addAll(runs);
        return new Leftovers(List.of(new Leftovers.Item(Path.of("runs/digits"), "bundle", 1_500_000)));
    }

    @Override
    public Path staging(Path model) {
        return folder.resolve("staging");
    }

    @Override
    public void close() {
        // nothing is open
    }
}
