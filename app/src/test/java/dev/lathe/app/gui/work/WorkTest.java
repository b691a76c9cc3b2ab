package dev.lathe.app.gui.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.app.engine.AutoOptions;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.optimize.Recipes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WorkTest {
    private static final JsonMapper JSON = new JsonMapper();

    /// Elsewhere other recipes are worth trying; what the user has chosen stays.
    @Test
    void aTargetBringsItsRecipesAndTheCommandLineNamesBoth() {
        Choices choices = new Choices();
        choices.model().set(Optional.of(Path.of("m.onnx")));
        choices.runOn("cuda:1");
        assertThat(choices.recipes()).startsWith("original").isNotEqualTo(Recipes.TRIED);
        assertThat(choices.command()).isEqualTo("lathe auto m.onnx --target cuda:1 --recipes "
                + Choices.quoted(String.join(",", choices.recipes())) + " --budget 60s");
        choices.runOn("cpu");
        assertThat(choices.command()).isEqualTo("lathe auto m.onnx --budget 60s");
        choices.take("clean", false);
        choices.runOn("cuda");
        assertThat(choices.recipes()).containsExactly("original", "dynamic-int8", "static-int8");
    }

    @Test
    void repeatingARunRunsWhereItRan() {
        Choices choices = new Choices();
        choices.repeat(Path.of("m.onnx"), new JsonMapper().readTree("""
                {"plan":{"session":{"intraOpThreads":2,"elsewhere":{"provider":"openvino","device":"npu"}}}}"""));
        assertThat(choices.target().get()).isEqualTo("openvino:npu");
        choices.repeat(Path.of("m.onnx"), new JsonMapper().readTree("{}"));
        assertThat(choices.target().get()).isEqualTo("cpu");
    }

    @Test
    void commandLineDoesWhatTheChoicesSay() {
        Choices choices = new Choices();
        choices.model().set(Optional.of(Path.of("/my models/it's.onnx")));
        choices.data().set(Optional.of(Path.of("data.json")));
        choices.sloMs().set("20");
        choices.maxDrop().set("0,5");
        assertThat(choices.command()).isEqualTo(
                "lathe auto '/my models/it'\\''s.onnx' --data data.json --slo-p99 20ms --max-drop 0.5 --budget 60s");
        AutoOptions options = choices.options();
        assertThat(options.goals().sloP99Ns()).isEqualTo(OptionalLong.of(20_000_000));
        assertThat(options.goals().maxDrop()).isEqualTo(OptionalDouble.of(0.5));
        assertThat(options.effort().budgetNs()).isEqualTo(60_000_000_000L);
        assertThat(options.output().folder()).isEmpty();
    }

    @Test
    void budgetIsAtLeastASecond() {
        Choices choices = new Choices();
        choices.model().set(Optional.of(Path.of("m.onnx")));
        choices.budgetS().set("0.5");
        assertThatThrownBy(() -> choices.options())
                .hasMessage("Measuring time: '0.5' is no number of 1 or more. Correct it on the Model screen.");
        choices.budgetS().set("");
        assertThatThrownBy(() -> choices.options())
                .hasMessage("Measuring time: it is empty. Give it in seconds, such as 60.");
    }

    @Test
    void threadsAndRecipesAreChosenAndTheOriginalStays() {
        Choices choices = new Choices();
        choices.model().set(Optional.of(Path.of("m.onnx")));
        choices.take("clean", false);
        choices.take("original", false);
        choices.take("my recipes/mine.json", true);
        choices.take("clean", true);
        choices.take("dynamic-int8", false);
        choices.threads().set("1");
        List<String> presets = new ArrayList<>(Recipes.TRIED);
        presets.remove("dynamic-int8");
        presets.add("my recipes/mine.json");
        assertThat(choices.options().effort().recipes()).isEqualTo(presets);
        assertThat(choices.options().effort().threads()).isEqualTo(OptionalInt.of(1));
        assertThat(choices.command()).isEqualTo("lathe auto m.onnx --threads 1 --recipes '" + String.join(",", presets)
                + "' --budget 60s");
        choices.threads().set("1.5");
        assertThatThrownBy(choices::options)
                .hasMessage("Threads: '1.5' is no whole number. Correct it on the Model screen.");
        choices.threads().set("0");
        assertThatThrownBy(choices::options)
                .hasMessage("Threads: '0' is no number of 1 or more. Correct it on the Model screen.");
    }

    @Test
    void asksBeforeItCancelsOnlyIfMoreThanAMinuteWouldBeLost() {
        AtomicLong nowNs = new AtomicLong();
        JobBar jobs = new JobBar(new DirectJobRunner(), nowNs::get);
        List<String> questions = new ArrayList<>();
        jobs.start("Running m.onnx", () -> {}, watch -> {
            watch.tell().accept(new Happening.Step(Progress.of("making static-int8", 0.1)));
            nowNs.addAndGet(85_000_000_000L);
            watch.tell().accept(new Happening.Step(Progress.of("making half", 0.1)));
            jobs.askToCancel();
            questions.add(jobs.question().get().orElseThrow());
            assertThat(watch.cancellation().isCancelled()).isFalse();
            jobs.goOn();
            assertThat(jobs.question().get()).isEmpty();
            // now it is made, and kept: nothing is lost, nothing is asked
            watch.tell().accept(new Happening.Step(Progress.of("scoring static-int8", 0.2)));
            nowNs.addAndGet(59_000_000_000L);
            jobs.askToCancel();
            assertThat(jobs.question().get()).isEmpty();
            assertThat(watch.cancellation().isCancelled()).isTrue();
            return 1;
        }, _ -> {}, _ -> {});
        assertThat(questions).containsExactly(
                "Cancelling now loses 1 min 25 s of \u201cmaking half\u201d. What is finished is kept.");
    }

    @Test
    void theLogTellsWhatHappenedAndWhen() {
        AtomicLong nowNs = new AtomicLong();
        JobBar jobs = new JobBar(new DirectJobRunner(), nowNs::get);
        jobs.start("Running m.onnx", () -> {}, watch -> {
            nowNs.addAndGet(1_500_000_000L);
            watch.tell().accept(new Happening.Step(Progress.of("making clean", 0.1)));
            watch.tell().accept(new Happening.Step(Progress.of("making clean", 0.1)));
            watch.tell().accept(new Happening.Told(JSON.readTree(
                    "{\"event\":\"problem\",\"severity\":\"WARNING\",\"code\":\"load\",\"what\":\"others run\",\"remedy\":\"Wait.\"}")));
            return 1;
        }, _ -> {}, _ -> {});
        assertThat(jobs.log()).containsExactly("    0.00 s  Running m.onnx", "    1.50 s  making clean",
                "    1.50 s  WARNING load: others run. Wait.", "    1.50 s  Running m.onnx: done");
    }

    @Test
    void oneJobAtATime() {
        Desk desk = Desk.of(new FakeEngine(Path.of("")), new DirectJobRunner());
        List<String> begun = new ArrayList<>();
        desk.jobs().start("First", () -> begun.add("First"), _ -> {
            desk.jobs().start("Second", () -> begun.add("Second"), _ -> 1, _ -> {}, _ -> {});
            return 1;
        }, _ -> {}, outcome -> assertThat(outcome).isEqualTo(new Outcome.Done<>(1)));
        assertThat(begun).containsExactly("First");
        assertThat(desk.jobs().notices()).extracting(Problem::sentence)
                .containsExactly("one job at a time, and First goes on. Wait for it, or cancel it with Esc.");
    }

    @Test
    void unexpectedErrorsEndTheJobAndNotTheWindow() {
        Desk desk = Desk.of(new FakeEngine(Path.of("")), new DirectJobRunner());
        desk.jobs().start("Job", () -> {}, _ -> {
            throw new IllegalStateException("boom");
        }, _ -> {}, _ -> {});
        assertThat(desk.jobs().running().get()).isFalse();
        assertThat(desk.jobs().notices()).singleElement().satisfies(p -> assertThat(p.sentence()).isEqualTo(
                "an unexpected error stopped the job (java.lang.IllegalStateException: boom). Try it again; if it stays,"
                        + " report it with the log."));
        assertThat(desk.jobs().log()).anyMatch(l -> l.contains("java.lang.IllegalStateException: boom"))
                .anyMatch(l -> l.contains("ERROR unexpected")).last().asString().endsWith("Job: failed");
    }

    @Test
    void progressNeverRunsBackwardsAndTellsTheTimeLeft() {
        Desk desk = Desk.of(new FakeEngine(Path.of("")), new DirectJobRunner());
        desk.jobs().start("Job", () -> {}, watch -> {
            watch.tell().accept(new Happening.Step(new Progress("a", 0.6, OptionalLong.of(41_000_000_000L))));
            assertThat(desk.jobs().left().get()).isEqualTo("41 s left");
            watch.tell().accept(new Happening.Step(new Progress("b", 0.4, OptionalLong.of(600_000_000_000L))));
            assertThat(desk.jobs().fraction().get()).isEqualTo(0.6);
            assertThat(desk.jobs().left().get()).isEqualTo("10 min left");
            return 1;
        }, _ -> {}, _ -> {});
        assertThat(desk.jobs().notices()).isEmpty();
    }

    @Test
    void gathersTenTimesASecondAndTwiceWhileSomethingIsTimed() {
        Gathering gathering = new Gathering();
        assertThat(gathering.isDue()).isFalse();
        gathering.add(new Happening.Step(Progress.of("scoring clean", 0.1)));
        assertThat(gathering.isDue()).isTrue();
        gathering.take();
        gathering.add(new Happening.Step(Progress.of("measuring clean", 0.3)));
        gathering.add(new Happening.Step(Progress.of("measuring clean", 0.4)));
        assertThat(List.of(gathering.isDue(), gathering.isDue(), gathering.isDue(), gathering.isDue()))
                .containsOnly(false);
        assertThat(gathering.isDue()).isTrue();
        assertThat(gathering.take()).containsExactly(new Happening.Step(Progress.of("measuring clean", 0.4)));
    }

    @Test
    void readsRowsWithWhatIsNotKnown() {
        JsonNode json = JSON.readTree("""
                {"name":"x","sizeBytes":10,"score":{"metric":"sqnr","value":null,"reason":"identical","n":3},
                 "latency":{"medianNs":5,"lowNs":4,"highNs":6,"n":7,"p90Ns":null,"p99Ns":null,"reason":"n is 7"},
                 "ratioToOriginal":{"value":null,"reason":"none"}}""");
        Row row = Row.of(json);
        assertThat(row.accuracy().orElseThrow().score()).isEmpty();
        Row.Speed speed = row.speed().orElseThrow();
        assertThat(speed.medianNs()).contains(new Row.Figure(5, 4, 6, 7));
        assertThat(speed.p99Ns()).isEmpty();
        assertThat(speed.p99Reason()).isEqualTo("n is 7");
        assertThat(speed.ratio()).isEmpty();
        assertThat(speed.best()).isEmpty();
    }

    @Test
    void givesNoMoreDigitsThanTheIntervalSupports() {
        assertThat(Numbers.decimals(0.310, 0.332)).isEqualTo(2);
        assertThat(Numbers.decimals(90, 120)).isZero();
        assertThat(Numbers.significant(0.000123456, 3)).isEqualTo("0.000123");
        assertThat(Numbers.bytes(991_478)).isEqualTo("991.5 kB");
    }
}
