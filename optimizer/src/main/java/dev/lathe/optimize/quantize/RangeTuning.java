package dev.lathe.optimize.quantize;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Chooses for each value one of several mappings by the outputs of the whole model: first each change by itself, then the
/// changes that helped together, the most helpful first, as far as that goes on helping. The scales are inputs of one model
/// for that, so that none is opened twice.
final class RangeTuning {
    /// How many changes are tried: those that change the step most.
    private static final int MOST_TRIALS = 160;
    /// Steps that differ by less than this are the same.
    private static final double SAME = 0.03;
    /// A gain below this is noise, in dB.
    private static final double LEAST_DB = 0.02;
    /// How many helpful changes are put together for one try, as parts of all.
    private static final double[] TOGETHER = {0.1, 0.2, 0.35, 0.5, 0.75, 1};

    private final QdqWriter.Written written;
    private final Model model;
    private final SequencedMap<String, Affine> start;

    /// @param model the quantized model
    /// @param written how it was written
    /// @param start the mappings it has
    RangeTuning(Model model, QdqWriter.Written written, SequencedMap<String, Affine> start) {
        this.model = open(model, written);
        this.written = written;
        this.start = start;
    }

    private record Change(String value, int other, Affine affine) {}

    /// The model with scales and zero points as inputs.
    private static Model open(Model model, QdqWriter.Written written) {
        Graph graph = model.graph();
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>(graph.initializers());
        List<ValueInfo> inputs = new ArrayList<>(graph.inputs());
        written.parameters().values().forEach(names -> names.forEach(name -> {
            TensorData constant = constants.remove(name);
            if (constant != null) {
                inputs.add(ValueInfo.tensor(name, constant.type(), List.of()));
            }
        }));
        return model.withGraph(graph.withInitializers(constants).withInputs(inputs));
    }

    /// The values that another mapping serves better, with the number of that mapping.
    ///
    /// @param others further mappings of the same values
    Map<String, Integer> tune(List<? extends Map<String, Affine>> others, Trial trial) {
        List<Change> changes = changes(others);
        if (changes.isEmpty()) {
            return Map.of();
        }
        List<SequencedMap<String, Tensor>> settings = new ArrayList<>(List.of(setting(start)));
        changes.forEach(c -> settings.add(setting(with(start, List.of(c)))));
        double[] db = trial.db(model, settings);
        List<Change> helpful = helpful(changes, db);
        if (helpful.isEmpty()) {
            return Map.of();
        }
        List<List<Change>> together = new ArrayList<>();
        for (double part : TOGETHER) {
            together.add(helpful.subList(0, (int) Math.ceil(part * helpful.size())));
        }
        double[] joint = trial.db(model, together.stream().map(c -> setting(with(start, c))).toList());
        List<Change> best = List.of();
        double most = db[0];
        for (int i = 0; i < joint.length; i++) {
            if (joint[i] > most) {
                most = joint[i];
                best = together.get(i);
            }
        }
        Map<String, Integer> chosen = new HashMap<>();
        best.forEach(c -> chosen.put(c.value(), c.other()));
        return chosen;
    }

    private List<Change> changes(List<? extends Map<String, Affine>> others) {
        List<Change> changes = new ArrayList<>();
        start.forEach((value, affine) -> {
            List<Affine> seen = new ArrayList<>(List.of(affine));
            for (int i = 0; i < others.size(); i++) {
                Affine change = others.get(i).getOrDefault(value, affine);
                if (seen.stream().noneMatch(s -> distance(s, change) < SAME)) {
                    seen.add(change);
                    changes.add(new Change(value, i, change));
                }
            }
        });
        changes.sort(Comparator.comparingDouble(
                c -> -distance(c.affine(), start.getOrDefault(c.value(), c.affine()))));
        return changes.subList(0, Math.min(MOST_TRIALS, changes.size()));
    }

    private static double distance(Affine a, Affine b) {
        return Math.abs(Math.log(a.scale() / b.scale()))
                + (double) Math.abs(a.zeroPoint() - b.zeroPoint()) / a.type().levels();
    }

    /// At most one change a value, the most helpful first.
    private static List<Change> helpful(List<Change> changes, double... db) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            if (db[i + 1] > db[0] + LEAST_DB) {
                order.add(i);
            }
        }
        order.sort(Comparator.comparingDouble(i -> -db[i + 1]));
        SequencedMap<String, Change> first = new LinkedHashMap<>();
        order.forEach(i -> first.putIfAbsent(changes.get(i).value(), changes.get(i)));
        return List.copyOf(first.values());
    }

    private static SequencedMap<String, Affine> with(SequencedMap<String, Affine> affines, List<Change> changes) {
        SequencedMap<String, Affine> changed = new LinkedHashMap<>(affines);
        changes.forEach(c -> changed.put(c.value(), c.affine()));
        return changed;
    }

    private SequencedMap<String, Tensor> setting(SequencedMap<String, Affine> affines) {
        SequencedMap<String, Tensor> setting = new LinkedHashMap<>();
        affines.forEach((value, affine) -> {
            List<String> names = written.parameters().getOrDefault(value, List.of());
            if (!names.isEmpty()) {
                setting.put(names.get(0), Tensor.ofFloats(new long[0], affine.scale()));
                setting.put(names.get(1), Tensor.ofLongs(affine.type().type(), new long[0], affine.zeroPoint()));
            }
        });
        return setting;
    }
}
