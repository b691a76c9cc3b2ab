package dev.lathe.profile.worker;

import dev.lathe.graph.DataType;
import dev.lathe.profile.Wire;
import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The running minimum and maximum of each value; memory does not grow with the number of samples.
final class Ranges {
    private final SequencedMap<String, float[]> extremes = new LinkedHashMap<>();

    Ranges(List<String> names) {
        names.forEach(n -> extremes.put(n, new float[]{Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}));
    }

    List<String> names() {
        return List.copyOf(extremes.keySet());
    }

    void add(SequencedMap<String, Tensor> outputs) {
        outputs.forEach((name, tensor) -> {
            float[] extreme = extremes.get(name);
            if (extreme != null && tensor.type() == DataType.FLOAT) {
                widen(extreme, tensor.floatBuffer());
            }
        });
    }

    private static void widen(float[] extreme, FloatBuffer values) {
        float min = extreme[0];
        float max = extreme[1];
        for (int i = 0; i < values.limit(); i++) {
            float value = values.get(i);
            if (value < min) {
                min = value;
            }
            if (value > max) {
                max = value;
            }
        }
        extreme[0] = min;
        extreme[1] = max;
    }

    JsonNode write() {
        ObjectNode result = Wire.object();
        ObjectNode ranges = result.putObject("ranges");
        extremes.forEach((name, extreme) -> {
            if (extreme[0] <= extreme[1]) {
                ranges.putArray(name).add(extreme[0]).add(extreme[1]);
            }
        });
        return result;
    }
}
