package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/// Puts together what sources tell of the same devices, and notes where they differ.
final class Merging {
    /// How far apart two sizes are that are still the same: sources round, and count reserved memory or not.
    private static final double SAME_SIZE = 0.02;

    /// Sources name devices differently without being wrong; and what changes from moment to moment is no disagreement.
    private static final Set<String> FREE = Set.of("identity.name", "identity.node", "model", "clock.currentHz",
            "clockHz",
            "partitions");

    private boolean anyCpu;
    private Cpu cpu = Cpu.unknown("no source told of a processor");
    private List<Gpu> gpus = List.of();
    private List<Npu> npus = List.of();
    private final Map<String, List<Disagreement.Claim>> claims = new LinkedHashMap<>();

    /// Adds what one source tells; those added earlier are believed first.
    void add(List<Device> devices) {
        List<Gpu> moreGpus = new ArrayList<>();
        List<Npu> moreNpus = new ArrayList<>();
        for (Device device : devices) {
            switch (device) {
                case Cpu view -> {
                    compare("CPU", cpu, view);
                    cpu = anyCpu ? cpu.or(view) : view;
                    anyCpu = true;
                }
                case Gpu gpu -> moreGpus.add(gpu);
                case Npu npu -> moreNpus.add(npu);
            }
        }
        gpus = merge(gpus, moreGpus, Gpu::identity, Gpu::or);
        npus = merge(npus, moreNpus, Npu::identity, Npu::or);
    }

    /// Two sources' lists as one: who is most alike is the same device, the second of two twins the second twin.
    private <D extends Device> List<D> merge(List<D> known, List<D> more, Function<D, Identity> identity,
            BinaryOperator<D> or) {
        List<D> merged = new ArrayList<>(known);
        Set<Integer> free = new TreeSet<>();
        for (int i = 0; i < known.size(); i++) {
            free.add(i);
        }
        for (D device : more) {
            Optional<Integer> twin = twin(merged, free, device, identity);
            if (twin.isPresent()) {
                int place = twin.get();
                free.remove(place);
                compare(title(identity.apply(merged.get(place))), merged.get(place), device);
                merged.set(place, or.apply(merged.get(place), device));
            } else {
                merged.add(device);
            }
        }
        return merged;
    }

    private static String title(Identity identity) {
        return identity.label() + identity.pciSlot().toOptional().map(slot -> " at " + slot).orElse("");
    }

    private static <D> Optional<Integer> twin(List<D> known, Set<Integer> free, D device,
            Function<D, Identity> identity) {
        Optional<Integer> best = Optional.empty();
        int most = 0;
        for (int place : free) {
            int likeness = identity.apply(known.get(place)).likeness(identity.apply(device));
            if (likeness > most) {
                best = Optional.of(place);
                most = likeness;
            }
        }
        return best;
    }

    private void compare(String name, Device believed, Device other) {
        Map<String, Reading<?>> first = facts((Record) believed);
        facts((Record) other).forEach((fact, claim) -> {
            Reading<?> earlier = Objects.requireNonNull(first.get(fact));
            if (earlier instanceof Reading.Known<?>(Object one, String source)
                    && claim instanceof Reading.Known<?>(Object two, String otherSource) && !free(fact)
                    && !alike(one, two)) {
                List<Disagreement.Claim> said = claims.computeIfAbsent(name + "\n" + fact, _ -> new ArrayList<>());
                if (said.isEmpty()) {
                    said.add(new Disagreement.Claim(one.toString(), source));
                }
                said.add(new Disagreement.Claim(two.toString(), otherSource));
            }
        });
    }

    private static boolean free(String fact) {
        return FREE.contains(fact) || fact.startsWith("load.");
    }

    private static boolean alike(Object one, Object two) {
        if (one instanceof Number a && two instanceof Number b) {
            return Math.abs(a.doubleValue() - b.doubleValue()) <= SAME_SIZE * Math.abs(a.doubleValue());
        }
        if (one instanceof Driver.State a && two instanceof Driver.State b) {
            // missing, failed and inferred are three views of the same trouble
            return a instanceof Driver.State.Works == b instanceof Driver.State.Works;
        }
        return one.equals(two) || (one instanceof String a && two instanceof String b && a.equalsIgnoreCase(b));
    }

    /// Every fact of a device by the names of the record components that lead to it.
    static Map<String, Reading<?>> facts(Record device) {
        Map<String, Reading<?>> facts = new LinkedHashMap<>();
        collect("", device, facts);
        return facts;
    }

    private static void collect(String prefix, Record part, Map<String, Reading<?>> facts) {
        for (RecordComponent component : part.getClass().getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(part);
                if (value instanceof Reading<?> reading) {
                    facts.put(prefix + component.getName(), reading);
                } else if (value instanceof Record nested) {
                    collect(prefix + component.getName() + ".", nested, facts);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(component.toString(), e);
            }
        }
    }

    Cpu cpu() {
        return cpu;
    }

    List<Gpu> gpus() {
        return List.copyOf(gpus);
    }

    List<Npu> npus() {
        return List.copyOf(npus);
    }

    List<Disagreement> disagreements() {
        List<Disagreement> found = new ArrayList<>();
        claims.forEach((key, said) -> {
            int end = key.indexOf('\n');
            found.add(new Disagreement(key.substring(0, end), key.substring(end + 1), said));
        });
        return found;
    }
}
