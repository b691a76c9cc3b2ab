package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.PruningDamage;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.optimize.prune.DamageCurve;
import dev.lathe.optimize.search.Sensitivities;
import dev.lathe.profile.stats.Interval;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DamageTextTest {
    private static PairedComparison lost(double points, double low, double high) {
        return new PairedComparison("top-1", points, new Interval(low, high), OptionalDouble.empty(), 50, true);
    }

    private static PruningDamage damage(boolean scored) {
        return new PruningDamage(List.of(
                new DamageCurve("conv1", 32, new TreeMap<>(Map.of(0, 0.0, 8, 4e-4)),
                        scored ? new TreeMap<>(Map.of(8, lost(0, -5.33, 5.33))) : new TreeMap<>()),
                new DamageCurve("conv2", 64, new TreeMap<>(Map.of(0, 0.0, 16, 2e-5, 48, 0.25)),
                        scored
                                ? new TreeMap<>(Map.of(16, lost(0, -5.33, 5.33), 48, lost(18, 5.73, 28.89)))
                                : new TreeMap<>())),
                32);
    }

    @Test
    void theScoreStandsBesideTheDamageWithItsIntervalAndHowManySamplesTell() {
        assertThat(DamageText.of(damage(true), Sensitivities.Order.DAMAGE).lines()).containsExactly(
                "channels of  width        cut    damage  top-1 lost (points)",
                "conv2           64  16 (25 %)  2.00e-05   0.00 [-5.33, 5.33]",
                "                    48 (75 %)  2.50e-01  18.00 [5.73, 28.89]",
                "conv1           32   8 (25 %)  4.00e-04   0.00 [-5.33, 5.33]", "",
                "judged   each group silenced alone, where the layers that read it have made up for it as far as its"
                        + " ranking tells, before the fit layer by layer; damage is squared error of the"
                        + " outputs, of what they vary by, on 32 calibration samples that nothing was learned on",
                "scored   on 50 such samples: one is 2.0 points");
    }

    @Test
    void withoutScoresNoColumnIsEmpty() {
        String text = DamageText.of(damage(false), Sensitivities.Order.GRAPH);
        assertThat(text.lines().findFirst().orElseThrow()).endsWith("damage");
        assertThat(text.lines().toList().get(1)).startsWith("conv1");
        assertThat(text).doesNotContain("scored");
    }

    @Test
    void jsonHasEveryPoint() {
        JsonNode node = new JsonMapper().readTree(DamageText.json(damage(true))).path("pruningDamage");
        assertThat(node.path("metric").asString()).isEqualTo("top-1");
        assertThat(node.path("scoredSamples").asInt()).isEqualTo(50);
        JsonNode point = node.path("groups").path(1).path("points").path(1);
        assertThat(point.path("cut").asInt()).isEqualTo(48);
        assertThat(point.path("damage").asDouble()).isEqualTo(0.25);
        assertThat(point.path("lost").asDouble()).isEqualTo(18);
        assertThat(point.path("lostHigh").asDouble()).isEqualTo(28.89);
    }
}
