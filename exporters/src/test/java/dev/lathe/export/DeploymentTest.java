package dev.lathe.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentTest {

    @ParameterizedTest
    @CsvSource({"digits, digits", "squeezenet1.1, squeezenet1_1", "'my model (v2)', my_model_v2", "../../etc, etc",
        "'', model", "'...', model", "CON, CON_model", "Größe, Gr_e", "-rf, rf"})
    void derivesANameThatIsSafeAsAFolder(String wish, String name) {
        assertThat(Deployment.safeName(wish)).isEqualTo(name);
        assertThat(Deployment.safeName(name)).isEqualTo(name);
    }

    @Test
    void shortensALongName() {
        assertThat(Deployment.safeName("a".repeat(300))).hasSize(100);
    }

    @Test
    void namesEveryNumberOfThePlanThatIsOutOfRange() {
        ServingChoice plan = new ServingChoice(0, java.util.List.of(4), -1, 0, 0, "cpu");

        assertThat(plan.check()).extracting(p -> p.sentence()).containsExactly(
                "Serving plan: maxBatch is 0, and must be at least 1. Correct the plan.",
                "Serving plan: maxQueueDelayMicros is -1, and must be at least 0. Correct the plan.",
                "Serving plan: intraOpThreads is 0, and must be at least 1. Correct the plan.",
                "Serving plan: instances is 0, and must be at least 1. Correct the plan.",
                "Serving plan: preferred batch size 4 lies outside 1..0. Prefer sizes up to the largest batch, or raise"
                        + " the largest batch.");
    }
}
