package dev.lathe.app.engine.store;

import static dev.lathe.app.engine.store.Examples.NOON;
import static dev.lathe.app.engine.store.Examples.VARIANT;
import static dev.lathe.app.engine.store.Examples.block;
import static dev.lathe.app.engine.store.Examples.request;
import static dev.lathe.app.engine.store.Examples.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.base.VariantId;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStoreTest {
    @TempDir
    Path folder;

    private RunStore store;

    @BeforeEach
    void open() {
        store = RunStore.open(new Workspace(folder), () -> NOON);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        open();
    }

    @Test
    void keepsARunFromBeginToResult() {
        RunId id = store.begin(request("key"));
        assertThat(id.text()).startsWith("20260131-120000-");
        assertThat(store.run(id)).contains(new Run(id, request("key"), NOON, RunState.RUNNING, Optional.empty()));
        assertThat(store.finish(id, RunState.FINISHED, "{\"winner\":\"clean\"}")).isTrue();
        reopen();
        assertThat(store.run(id))
                .contains(new Run(id, request("key"), NOON, RunState.FINISHED, Optional.of("{\"winner\":\"clean\"}")));
    }

    @Test
    void listsTheNewestRunFirst() {
        RunId first = store.begin(request("key"));
        RunId second = store.begin(request("other"));
        assertThat(store.runs()).extracting(Run::id).containsExactly(second, first);
    }

    @Test
    void keepsBlocksWithEverySample() {
        RunId id = store.begin(request("key"));
        Block first = block(id, 0, 1_700_000, 1_650_000, 1_800_000_000_000L, 0, Long.MAX_VALUE, Long.MIN_VALUE);
        Block second = block(id, 1);
        store.append(first);
        store.append(second);
        reopen();
        assertThat(store.blocks(id)).containsExactly(first, second);
    }

    @Test
    void refusesASecondBlockOfTheSameName() {
        RunId id = store.begin(request("key"));
        store.append(block(id, 0, 1));
        assertThatThrownBy(() -> store.append(block(id, 0, 2))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UNIQUE");
        assertThat(store.blocks(id)).containsExactly(block(id, 0, 1));
    }

    @Test
    void keepsFactsAndLetsALaterOneSupersede() {
        RunId id = store.begin(request("key"));
        store.putFact(new Fact(id, "clean", 0, "loadNs", "1"));
        store.putFact(new Fact(id, "clean", 1, "loadNs", "2"));
        store.putFact(new Fact(id, "clean", 0, "loadNs", "3"));
        reopen();
        assertThat(store.facts(id)).containsExactly(new Fact(id, "clean", 1, "loadNs", "2"),
                new Fact(id, "clean", 0, "loadNs", "3"));
    }

    @Test
    void findsAScoreOnTheSameSamplesOnly() {
        RunId id = store.begin(request("key"));
        StoredScore score = new StoredScore(id, VARIANT, "data", "first 100", "{\"value\":0.9}");
        StoredScore later = new StoredScore(id, VARIANT, "data", "first 100", "{\"value\":0.8}");
        store.putScore(score);
        store.putScore(later);
        reopen();
        assertThat(store.score(VARIANT, "data", "first 100")).contains(later);
        assertThat(store.score(VARIANT, "data", "first 200")).isEmpty();
        assertThat(store.score(VARIANT, "other", "first 100")).isEmpty();
        assertThat(store.score(new VariantId("ba9876543210"), "data", "first 100")).isEmpty();
        assertThat(store.scores(id)).containsExactly(score, later);
    }

    @Test
    void keepsEventsInOrder() {
        RunId id = store.begin(request("key"));
        RunId other = store.begin(request("key"));
        store.event(id, "{\"a\":1}");
        store.event(other, "{\"c\":3}");
        store.event(id, "{\"b\":2}");
        reopen();
        assertThat(store.events(id)).containsExactly(new StoredEvent(NOON, "{\"a\":1}"),
                new StoredEvent(NOON, "{\"b\":2}"));
        assertThat(store.events(other)).containsExactly(new StoredEvent(NOON, "{\"c\":3}"));
    }

    @Test
    void keepsVariantsAndLetsALaterOneSupersede() {
        store.putVariant(variant("0123456789ab", "clean"));
        store.putVariant(variant("0123456789ab", "tidy"));
        reopen();
        assertThat(store.variant(VARIANT)).contains(variant("0123456789ab", "tidy"));
        assertThat(store.variants()).containsExactly(variant("0123456789ab", "tidy"));
        assertThat(store.variant(new VariantId("ba9876543210"))).isEmpty();
    }

    @Test
    void keepsTheFileOfAVariantRelativeToTheWorkspace() {
        StoredVariant given = variant("0123456789ab", "clean");
        StoredVariant.Content absolute = new StoredVariant.Content(
                folder.toAbsolutePath().resolve(given.content().path()),
                given.content().sha256(), 7);
        store.putVariant(
                new StoredVariant(given.id(), given.parentSha256(), given.name(), absolute, "{}", "[]", "{}", NOON));
        assertThat(store.variant(VARIANT).orElseThrow().content().path())
                .isEqualTo(Path.of("variants", "0123456789ab.onnx"));
    }

    @Test
    void findsAVariantByTheBeginningOfItsId() {
        store.putVariant(variant("0123456789ab", "clean"));
        store.putVariant(variant("fedcba987654", "dynamic-int8"));
        assertThat(store.variantByPrefix("012345")).contains(variant("0123456789ab", "clean"));
        assertThat(store.variantByPrefix("FEDCBA987654")).contains(variant("fedcba987654", "dynamic-int8"));
        assertThat(store.variantByPrefix("abcdef")).isEmpty();
    }

    @Test
    void namesTheVariantsThatABeginningCouldMean() {
        store.putVariant(variant("0123456789ab", "clean"));
        store.putVariant(variant("012345678900", "static-int8"));
        assertThatThrownBy(() -> store.variantByPrefix("0123456")).isInstanceOf(ProblemException.class).hasMessage(
                "0123456: several variants begin so: 012345678900 (static-int8), 0123456789ab (clean). Give more digits.");
    }

    @Test
    void refusesABeginningThatIsTooShort() {
        assertThatThrownBy(() -> store.variantByPrefix("01234")).isInstanceOf(ProblemException.class)
                .hasMessage("01234: not the beginning of a variant id. Give 6 to 12 hexadecimal digits.");
    }

    @Test
    void continuesACancelledRun() {
        RunId id = store.begin(request("key"));
        store.append(block(id, 0, 5));
        store.finish(id, RunState.CANCELLED);
        assertThat(store.unfinished("other")).isEmpty();
        assertThat(store.unfinished("key")).contains(id);
        assertThat(store.resume("key")).contains(id);
        assertThat(store.run(id).orElseThrow().state()).isEqualTo(RunState.RUNNING);
        assertThat(store.unfinished("key")).isEmpty();
        store.append(block(id, 1, 6));
        assertThat(store.blocks(id)).hasSize(2);
    }

    @Test
    void continuesARunWhoseStoreWasClosedWhileItRan() {
        RunId id = store.begin(request("key"));
        assertThat(store.unfinished("key")).as("it runs here").isEmpty();
        reopen();
        assertThat(store.resume("key")).contains(id);
    }

    @Test
    void continuesNothingThatWasAnsweredSince() {
        store.finish(store.begin(request("key")), RunState.CANCELLED);
        store.finish(store.begin(request("key")), RunState.FINISHED, "{}");
        assertThat(store.unfinished("key")).isEmpty();
        RunId later = store.begin(request("key"));
        store.finish(later, RunState.CANCELLED);
        assertThat(store.unfinished("key")).contains(later);
    }

    @Test
    void continuesNothingThatFailed() {
        store.finish(store.begin(request("key")), RunState.FAILED, "{\"failed\":\"why\"}");
        assertThat(store.unfinished("key")).isEmpty();
    }

    @Test
    void cancellingTooLateChangesNothing() {
        RunId id = store.begin(request("key"));
        store.finish(id, RunState.FINISHED, "{}");
        assertThat(store.finish(id, RunState.CANCELLED)).isFalse();
        assertThat(store.run(id).orElseThrow().state()).isEqualTo(RunState.FINISHED);
    }

    @Test
    void deletingHidesARunAndAllThatBelongsToIt() {
        RunId id = store.begin(request("key"));
        store.append(block(id, 0, 5));
        store.putFact(new Fact(id, "clean", 0, "loadNs", "1"));
        store.putScore(new StoredScore(id, VARIANT, "data", "all", "{}"));
        store.event(id, "{}");
        store.finish(id, RunState.CANCELLED);
        assertThat(store.blockCounts(id)).hasSize(1);
        assertThat(store.delete(id)).isTrue();
        assertThat(store.delete(id)).isFalse();
        assertThat(store.run(id)).isEmpty();
        assertThat(store.runs()).isEmpty();
        assertThat(store.unfinished("key")).isEmpty();
        assertThat(store.blocks(id)).isEmpty();
        assertThat(store.blockCounts(id)).isEmpty();
        assertThat(store.states(id)).isEmpty();
        assertThat(store.summaries(RunFilter.ALL)).isEmpty();
        assertThat(store.facts(id)).isEmpty();
        assertThat(store.score(VARIANT, "data", "all")).isEmpty();
        assertThat(store.events(id)).isEmpty();
    }

    @Test
    void refusesWhatBelongsToNoRun() {
        RunId unknown = new RunId("20260131-120000-000000");
        assertThatThrownBy(() -> store.append(block(unknown, 0, 1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the history knows no run 20260131-120000-000000");
    }

    @Test
    void refusesTextThatIsNotJson() {
        RunId id = store.begin(request("key"));
        assertThatThrownBy(() -> store.event(id, "{")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("json_valid");
    }
}
