package dev.lathe.profile.worker;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.backend.Session;
import dev.lathe.profile.statistics.ValueObserver;
import dev.lathe.profile.statistics.ValueStatistics;
import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Runs samples one by one and lets observers see the values; memory does not grow with the number of samples.
final class CalibrationRun {
    private final Session session;
    private final List<ValueInfo> inputs;
    private final SequencedMap<String, ValueObserver> observers = new LinkedHashMap<>();
    /// The values that the model makes; the others are its inputs, which are looked at as they are.
    private final List<String> made;

    CalibrationRun(Session session, List<String> values, boolean counting) {
        this.session = session;
        this.inputs = session.inputs();
        values.forEach(v -> observers.put(v, new ValueObserver(counting)));
        this.made = values.stream().filter(v -> inputs.stream().noneMatch(i -> i.name().equals(v))).toList();
    }

    /// Throws what is wrong with a sample, all of it at once.
    void check(SequencedMap<String, Tensor> sample, int index) {
        List<Problem> problems = new ArrayList<>();
        for (ValueInfo input : inputs) {
            Tensor tensor = sample.get(input.name());
            if (tensor == null) {
                problems.add(Problem.error("calibration-input-missing", "sample " + index,
                        "the input " + input.name() + " is missing; the sample has " + String.join(", ", sample
                                .keySet()),
                        "Give every calibration sample all inputs of the model."));
            } else if (!fits(tensor, input)) {
                problems.add(Problem.error("calibration-shape", "sample " + index,
                        "the input " + input.name() + " is " + tensor.signature() + " where the model takes "
                                + input.signature(),
                        "Correct the preprocessing of the calibration data."));
            } else if (tensor.type() == DataType.FLOAT) {
                notFinite(input.name(), tensor.floatBuffer(), index).ifPresent(problems::add);
            }
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(problems);
        }
    }

    private static boolean fits(Tensor tensor, ValueInfo input) {
        if (tensor.type() != input.type()) {
            return false;
        }
        if (input.shape().isEmpty()) {
            return true;
        }
        List<Dim> dims = input.shape().get();
        long[] shape = tensor.shape();
        if (shape.length != dims.size()) {
            return false;
        }
        for (int d = 0; d < shape.length; d++) {
            if (dims.get(d) instanceof Dim.Fixed(var size) && size != shape[d]) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Problem> notFinite(String name, FloatBuffer values, int index) {
        for (int i = 0; i < values.limit(); i++) {
            float value = values.get(i);
            if (!Float.isFinite(value)) {
                return Optional.of(Problem.error("calibration-not-finite", "sample " + index,
                        "the input " + name + " holds " + value + " at element " + i,
                        "Take the sample out of the calibration data, or correct its preprocessing."));
            }
        }
        return Optional.empty();
    }

    /// Runs one sample.
    void add(SequencedMap<String, Tensor> sample, int index) {
        SequencedMap<String, Tensor> seen = new LinkedHashMap<>();
        if (!made.isEmpty()) {
            seen.putAll(session.observe(sample, made));
        }
        inputs.stream().map(ValueInfo::name).filter(observers::containsKey)
                .forEach(name -> Optional.ofNullable(sample.get(name)).ifPresent(t -> seen.put(name, t)));
        // each value has its own observer, so they work side by side
        List.copyOf(seen.entrySet()).parallelStream().filter(e -> e.getValue().type() == DataType.FLOAT)
                .forEach(
                        e -> Optional.ofNullable(observers.get(e.getKey())).ifPresent(o -> o.add(e.getValue(), index)));
    }

    /// What was seen so far.
    SequencedMap<String, ValueStatistics> seen() {
        SequencedMap<String, ValueStatistics> values = new LinkedHashMap<>();
        observers.forEach((name, observer) -> observer.done().ifPresent(s -> values.put(name, s)));
        return values;
    }
}
