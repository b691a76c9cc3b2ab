package dev.lathe.profile.target;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.profile.RuntimeOffer;
import dev.lathe.profile.Target;
import dev.lathe.profile.operators.Placement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What came of running the probe model on a target.
///
/// @param target where it was to run
/// @param device as the runtime describes it, where it does
/// @param placement where its nodes ran; empty if it did not run
/// @param problem why it did not run
record Trial(Target target, Optional<RuntimeOffer.Device> device, Optional<Placement> placement,
        Optional<Problem> problem) {

    /// Runs it.
    static Trial of(TargetProbe probe, Target target, Optional<RuntimeOffer.Device> device) {
        try {
            return new Trial(target, device, Optional.of(probe.run(target)), Optional.empty());
        } catch (ProblemException e) {
            return new Trial(target, device, Optional.empty(), Optional.of(e.problems().getFirst()));
        }
    }

    /// Whether at least one node ran on it.
    boolean works() {
        return placement.filter(p -> p.placed() > 0).isPresent();
    }

    /// The targets that a runtime offers, the processor first, each with its device where the runtime describes one.
    static Map<Target, Optional<RuntimeOffer.Device>> candidates(RuntimeOffer offer) {
        Map<Target, Optional<RuntimeOffer.Device>> targets = new LinkedHashMap<>();
        Map<String, List<RuntimeOffer.Device>> byProvider = new LinkedHashMap<>();
        offer.devices().forEach(
                d -> byProvider.computeIfAbsent(Target.shortName(d.provider()), _ -> new ArrayList<>()).add(d));
        targets.put(Target.CPU, Optional.ofNullable(byProvider.remove(Target.CPU.provider())).map(List::getFirst));
        byProvider.forEach((provider, devices) -> {
            for (int i = 0; i < devices.size(); i++) {
                targets.put(named(provider, selector(devices, i)), Optional.of(devices.get(i)));
            }
        });
        offer.providers().stream().map(Target::shortName)
                .filter(p -> ProviderTable.rows().stream().anyMatch(r -> r.provider().equals(p)))
                .filter(p -> targets.keySet().stream().noneMatch(t -> t.provider().equals(p)))
                .forEach(p -> targets.put(named(p, ""), Optional.empty()));
        return targets;
    }

    /// As short as it can be: nothing where a provider has one device, its kind where it has one of the kind.
    private static String selector(List<RuntimeOffer.Device> devices, int index) {
        String kind = devices.get(index).kind();
        boolean only = devices.stream().filter(d -> d.kind().equals(kind)).count() == 1;
        return devices.size() == 1 ? "" : only ? kind : String.valueOf(index);
    }

    private static Target named(String provider, String device) {
        return new Target(provider, device, new TreeMap<>(), new TreeMap<>());
    }
}
