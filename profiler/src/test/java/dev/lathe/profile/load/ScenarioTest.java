package dev.lathe.profile.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.serving.queue.Batching;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ScenarioTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<Scenario> ALL = List.of(new Scenario.SingleStream(),
            Scenario.Concurrency.synchronous(8), new Scenario.Concurrency(2, 4), new Scenario.Offline(16),
            new Scenario.Server(new Arrivals.Poisson(400, 7)), new Scenario.Server(new Arrivals.Constant(12.5)),
            new Scenario.Server(new Arrivals.Trace(Path.of("a", "b.csv"), OptionalDouble.empty())),
            new Scenario.Server(new Arrivals.Trace(Path.of("b.csv"), OptionalDouble.of(30))));

    @Test
    void textIsReadBack() {
        assertThat(ALL).allSatisfy(s -> assertThat(Scenario.parse(s.text(), 7)).isEqualTo(s));
        assertThat(ALL).extracting(Scenario::text).contains("concurrency:8", "concurrency:2x4", "server:400.0",
                "server:constant:12.5", "server:trace:30.0:b.csv");
        assertThat(Scenario.parse("server:400", 7)).isEqualTo(new Scenario.Server(new Arrivals.Poisson(400, 7)));
    }

    @Test
    void plansSurviveJson() {
        Batching batching = new Batching(8, List.of(4, 8), 2_000_000, OptionalInt.of(100), OptionalLong.of(50_000_000));
        for (Scenario scenario : ALL) {
            LoadPlan plan = LoadPlan.of(scenario, batching, 2, 5_000_000_000L, 3);
            LoadPlan back = JSON.readValue(JSON.writeValueAsString(plan), LoadPlan.class);
            if (scenario instanceof Scenario.Server(Arrivals.Trace(Path file, OptionalDouble rate))) {
                assertThat(back.scenario()).isEqualTo(
                        new Scenario.Server(new Arrivals.Trace(file.toAbsolutePath(), rate)));
                assertThat(back.with(scenario)).isEqualTo(plan);
            } else {
                assertThat(back).isEqualTo(plan);
            }
        }
        assertThat(JSON.readTree(JSON.writeValueAsString(ALL.getFirst())).path("scenario").asString())
                .isEqualTo("single-stream");
    }

    @Test
    void unknownScenariosAreNamed() {
        for (String text : List.of("burst", "", "concurrency", "concurrency:x", "offline:a", "server:", "server:fast",
                "server:constant:")) {
            assertThatThrownBy(() -> Scenario.parse(text, 1)).as(text).isInstanceOf(ProblemException.class)
                    .hasMessage(
                            "\"" + text + "\" is no scenario. Choose single-stream, concurrency:8, concurrency:8x4, "
                                    + "offline:16, server:400, server:constant:400 or server:trace:FILE.");
        }
    }

    @Test
    void impossibleNumbersAreNamed() {
        assertThatThrownBy(() -> Scenario.parse("server:0", 1)).isInstanceOf(ProblemException.class)
                .hasMessage("a rate of 0 queries a second cannot be. Choose a rate above 0.");
        assertThatThrownBy(() -> Scenario.parse("concurrency:0", 1))
                .hasMessage("0 clients with 1 queries in flight cannot be. Choose 1 or more of both.");
        assertThatThrownBy(() -> Scenario.parse("offline:-2", 1))
                .hasMessage("a batch of -2 cannot be. Choose 1 or more.");
        assertThatThrownBy(() -> LoadPlan.of(ALL.getFirst(), Batching.SINGLE, 0, 1000, 1))
                .hasMessage("0 instances cannot be. Choose 1 or more.");
        assertThatThrownBy(() -> LoadPlan.of(ALL.getFirst(), Batching.SINGLE, 1, 0, 1))
                .hasMessageStartingWith("a run of 0 ns ").hasMessageEndingWith(" cannot be. Choose a longer duration.");
    }

    @Test
    void anSloIsReadAndWritten() {
        assertThat(Slo.parse("p99 <= 20 ms")).isEqualTo(new Slo(0.99, 20_000_000));
        assertThat(Slo.parse("p99.9<=1.5s")).isEqualTo(new Slo(0.999, 1_500_000_000));
        assertThat(Slo.parse("p50 < 250us").text()).isEqualTo("p50 <= 0.25 ms");
        assertThat(Slo.p99(20_000_000).text()).isEqualTo("p99 <= 20 ms");
        assertThatThrownBy(() -> Slo.parse("20ms")).isInstanceOf(ProblemException.class)
                .hasMessage("\"20ms\" is no limit of a percentile. Write it as p99 <= 20ms.");
        assertThatThrownBy(() -> Slo.parse("p100 <= 20ms")).isInstanceOf(ProblemException.class).hasMessage(
                "a percentile of 100.0 within 20000000 ns cannot be. Choose a percentile between 0 and 100 and a limit above 0, such as p99 <= 20ms.");
    }
}
