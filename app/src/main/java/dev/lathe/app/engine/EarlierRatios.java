package dev.lathe.app.engine;

import dev.lathe.app.engine.store.Fact;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.base.Problem;
import dev.lathe.base.Sha256;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.stats.RatioInterval;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What earlier runs found when they compared the same files in the same way on the same machine.
///
/// An interval tells what one run can tell. What stays the same during a run, such as where a hypervisor put the CPUs, shows
/// only between runs; so a ratio that contradicts an earlier one is said to.
///
/// @param store where ratios are kept, as facts of their runs
/// @param run the run that finds ratios now
/// @param surroundings what must be equal for ratios to be the same: the machine, the queries
record EarlierRatios(RunStore store, RunId run, String surroundings) {
    /// The name of the facts that ratios are kept as; all others hold a whole number.
    static final String FACT = "ratio";
    private static final int MOST = 20;
    private static final JsonMapper JSON = new JsonMapper();

    /// One side of a ratio.
    ///
    /// @param sha256 of the model's file
    /// @param settings how it ran
    /// @param instances sessions at a time
    record Side(String sha256, SessionSettings settings, int instances) {
        private String words() {
            return sha256 + "\n" + JSON.writeValueAsString(settings) + "\n" + instances;
        }
    }

    /// Keeps a ratio, and says if it contradicts what an earlier run found.
    ///
    /// @param name the variant's, as the run calls it
    Optional<Problem> note(String name, Side variant, Side original, RatioInterval ratio) {
        String key = Sha256.ofText(String.join("\n", surroundings, variant.words(), original.words()));
        List<Fact> earlier = store.factsByKey(FACT, key, MOST).stream().filter(f -> !f.run().equals(run)).toList();
        store.putFact(new Fact(run, name, 0, FACT, JSON.writeValueAsString(JSON.createObjectNode().put("key", key)
                .put("value", ratio.value()).put("low", ratio.interval().low()).put("high", ratio.interval().high()))));
        List<Fact> others = earlier.stream().filter(f -> isApart(JSON.readTree(f.json()), ratio)).toList();
        if (others.isEmpty()) {
            return Optional.empty();
        }
        JsonNode latest = JSON.readTree(others.getFirst().json());
        String count = earlier.size() == 1
                ? "the run before found"
                : others.size() + " of the last " + earlier.size() + " such runs found another ratio, the latest";
        return Optional.of(Problem.warning("differs-from-earlier", name, String.format(Locale.ROOT,
                "this run found %.2fx [%.2f, %.2f]; %s %.2fx [%.2f, %.2f] (run %s), so runs here differ by more than an"
                        + " interval shows",
                ratio.value(), ratio.interval().low(), ratio.interval().high(), count,
                latest.path("value").asDouble(), latest.path("low").asDouble(), latest.path("high").asDouble(),
                others.getFirst().run().text()),
                "Count on what both allow, or repeat it when the machine is quiet."));
    }

    private static boolean isApart(JsonNode earlier, RatioInterval now) {
        return earlier.path("low").asDouble() > now.interval().high()
                || earlier.path("high").asDouble() < now.interval().low();
    }
}
