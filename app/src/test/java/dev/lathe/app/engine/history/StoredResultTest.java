package dev.lathe.app.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.base.Problem;
import dev.lathe.profile.stats.Interval;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoredResultTest {
    private static final String VARIANTS = """
            "variants":[{"name":"original","id":"0123456789ab","sizeBytes":10,"latency":{"medianNs":5,"lowNs":4,
            "highNs":6,"n":100,"p90Ns":9,"p99Ns":null,"reason":"n too small (needs 662)"},
            "throughputs":[{"batch":4,"perSecond":7.5,"low":7,"high":null,"n":8}]},
            {"name":"clean","ratioToOriginal":{"value":0.8,"low":0.7,"high":0.9,"pairs":20},"verdict":"winner"},
            {"name":"static-int8","failed":"why not"}]""";

    private static StoredResult stored(String verb, String result) {
        return StoredResult.of(new Run(new RunId("20260131-120000-000000"),
                new RunRequest(verb, Path.of("m.onnx"), "ab", "key", "{\"budgetNs\":1}", "{}"), Instant.EPOCH,
                RunState.FINISHED, Optional.of(result)));
    }

    private static StoredResult auto() {
        return stored("auto", "{\"event\":\"result\",\"winner\":\"clean\"," + VARIANTS + "}");
    }

    @Test
    void readsFiguresWithTheirIntervalAndN() {
        StoredRow row = auto().rows().getFirst();
        assertThat(row.variantId()).contains("0123456789ab");
        StoredFigure median = row.figure("latency median").orElseThrow();
        assertThat(median.value().orElseThrow()).isEqualTo(5);
        assertThat(median.interval()).contains(new Interval(4, 6));
        assertThat(median.n().orElseThrow()).isEqualTo(100);
        assertThat(row.figure("throughput at batch 4").orElseThrow().interval()).as("an end that is open").isEmpty();
    }

    @Test
    void saysWhyAFigureIsMissing() {
        StoredFigure p99 = auto().rows().getFirst().figure("latency p99").orElseThrow();
        assertThat(p99.value()).isEmpty();
        assertThat(p99.reason()).isEqualTo("n too small (needs 662)");
        assertThat(auto().rows().getLast().failed()).contains("why not");
    }

    @Test
    void saysWhatCameOutInAFewWords() {
        assertThat(auto().outcome()).isEqualTo("clean 0.80x");
        assertThat(stored("measure", "{\"event\":\"result\"," + VARIANTS + "}").outcome())
                .isEqualTo("3 models, clean 0.80x");
        assertThat(stored("evaluate", """
                {"event":"result","variants":[{"name":"m","score":{"metric":"top-1","value":0.99}}]}""").outcome())
                .isEqualTo("top-1 0.9900");
        assertThat(stored("optimize", "{\"event\":\"result\",\"variants\":[{\"name\":\"clean\"}]}").outcome())
                .isEqualTo("clean");
    }

    @Test
    void readsTheCellsOfAGrid() {
        StoredResult grid = stored("measure", """
                {"event":"result","firstAgainstItself":[{"value":1.01,"low":0.9,"high":1.1,"pairs":20}],"variants":[],
                "cells":[{"name":"clean, batch 4","latency":{"medianNs":5,"p90Ns":null,"p90NsReason":"n too small"},
                "throughput":{"batch":4,"perSecond":7},"ratioToFirst":{"value":0.5},"response":{"p99Ns":9}}]}""");
        StoredRow cell = grid.cells().getFirst();
        assertThat(cell.figure("throughput at batch 4").orElseThrow().value().orElseThrow()).isEqualTo(7);
        assertThat(cell.figure("latency against the original").orElseThrow().value().orElseThrow()).isEqualTo(0.5);
        assertThat(cell.figure("latency p90").orElseThrow().reason()).isEqualTo("n too small");
        assertThat(cell.figure("response time p99").orElseThrow().value().orElseThrow()).isEqualTo(9);
        assertThat(grid.againstItself()).hasSize(1);
    }

    @Test
    void saysWhatStoppedIt() {
        StoredResult stopped = stored("auto", """
                {"event":"stopped","problems":[{"severity":"ERROR","code":"disk-full","where":"/w","what":"no space",
                "remedy":"Free some."}]}""");
        assertThat(stopped.isComplete()).isFalse();
        assertThat(stopped.stoppedBy()).containsExactly(Problem.error("disk-full", "/w", "no space", "Free some."));
        assertThat(stopped.outcome()).isEqualTo("no space");
    }

    @Test
    void readsWhatIsNoResultAsNone() {
        for (String other : new String[]{"{}", "[]", "null", "{\"event\":\"result\",\"variants\":7}", "{"}) {
            StoredResult result = stored("a verb to come", other);
            assertThat(result.rows()).isEmpty();
            assertThat(result.caveats()).isEmpty();
            assertThat(result.outcome()).isEmpty();
        }
    }
}
