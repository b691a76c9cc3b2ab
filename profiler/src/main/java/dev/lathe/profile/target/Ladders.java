package dev.lathe.profile.target;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Ladder;
import dev.lathe.hardware.Rung;
import dev.lathe.hardware.Standing;
import dev.lathe.profile.operators.Placement;
import java.util.Optional;

/// The two upper rungs: whether a runtime loads, and whether it ran the probe model.
final class Ladders {
    private static final String PROFILE = "profile of ONNX Runtime";

    private Ladders() {}

    /// The ladder of a device that no runtime here drives, with the remedy that would bring one.
    static Ladder untried(Device device) {
        Optional<ProviderTable.Row> row = ProviderTable.rows().stream().filter(r -> r.drives(device)).findFirst();
        Ladder ladder = Ladder.of(device);
        return ladder.with(Rung.RUNTIME_LOADS, new Standing.Broken("no runtime",
                row.map(r -> sentence(r.means())).orElseGet(() -> "It takes " + Ladder.runtimeFor(device) + ".")));
    }

    /// The ladder after a trial; a better one of an earlier trial stays.
    static Ladder climbed(Ladder ladder, Trial trial, String runtime) {
        if (ladder.at(Rung.RAN_MODEL) instanceof Standing.Reached) {
            return ladder;
        }
        if (trial.placement().isEmpty()) {
            return ladder.with(Rung.RUNTIME_LOADS, state(trial));
        }
        return ladder.with(Rung.RUNTIME_LOADS, new Standing.Reached(runtime + " loads",
                trial.placement().get().requested())).with(Rung.RAN_MODEL, state(trial));
    }

    /// Whether models can be run on a target.
    static Standing state(Trial trial) {
        if (trial.placement().isPresent()) {
            Placement placement = trial.placement().get();
            String nodes = placement.placed() + " of " + placement.nodes() + " nodes";
            return trial.works()
                    ? new Standing.Reached("ran a probe model with " + nodes + " placed on it", PROFILE)
                    : new Standing.Broken("ran a probe model with " + nodes + " placed on it",
                            "Look whether the provider needs other --ep-option, or another type of model.");
        }
        Problem problem = trial.problem().orElseThrow();
        return new Standing.Broken(problem.what(), problem.remedy());
    }

    /// Why a target whose provider is not here cannot be measured on: the device's weakest link.
    static Standing missing(Ladder ladder, ProviderTable.Row row) {
        Rung weakest = ladder.weakest().orElse(Rung.RUNTIME_LOADS);
        Standing standing = ladder.at(weakest);
        return switch (standing) {
            case Standing.Broken broken when weakest.compareTo(Rung.RUNTIME_LOADS) < 0 -> broken;
            case Standing.Untold untold when weakest.compareTo(Rung.RUNTIME_LOADS) < 0 -> untold;
            case Standing.Broken _,Standing.Untold _,Standing.Reached _ ->
                new Standing.Broken("this ONNX Runtime comes without it", sentence(row.means()));
        };
    }

    /// Whether another engine loads.
    static Standing engine(Reading<String> version) {
        return switch (version) {
            case Reading.Known<String>(String _, String source) -> new Standing.Reached("loads", source);
            case Reading.Unknown<String>(String why) -> new Standing.Broken(why,
                    "It takes ai.djl.pytorch:pytorch-native-cpu for this platform from Maven Central on the class path.");
        };
    }

    static String sentence(String means) {
        return Character.toUpperCase(means.charAt(0)) + means.substring(1) + ".";
    }
}
