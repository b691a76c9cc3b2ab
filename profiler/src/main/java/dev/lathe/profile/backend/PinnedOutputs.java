package dev.lathe.profile.backend;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.lathe.graph.DataType;
import dev.lathe.profile.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Memory for outputs that the runtime writes into at each run, instead of two copies of each output. One batch of all
/// values that are looked at is what it takes; it fits samples of the same shapes, and the next one takes over its memory.
final class PinnedOutputs implements AutoCloseable {
    private final OrtEnvironment environment;
    private final List<String> wanted;
    private final Map<String, String> signature;
    private final Map<String, ByteBuffer> memory = new HashMap<>();
    private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
    private final SequencedMap<String, Tensor> views = new LinkedHashMap<>();
    /// Outputs whose sizes depend on the data.
    private boolean changing;

    PinnedOutputs(OrtEnvironment environment, @Nullable PinnedOutputs before, SequencedMap<String, Tensor> sample,
            List<String> wanted) {
        this.environment = environment;
        this.wanted = List.copyOf(wanted);
        this.signature = signature(sample);
        if (before != null) {
            memory.putAll(before.memory);
        }
    }

    private static Map<String, String> signature(SequencedMap<String, Tensor> sample) {
        Map<String, String> signature = new HashMap<>();
        sample.forEach((name, tensor) -> signature.put(name, tensor.signature()));
        return signature;
    }

    boolean fits(SequencedMap<String, Tensor> sample, List<String> outputs) {
        return wanted.equals(outputs) && signature.equals(signature(sample));
    }

    SequencedMap<String, Tensor> run(OrtSession session, Map<String, OnnxTensor> inputs) throws OrtException {
        if (pinned.isEmpty() && !changing) {
            for (Output output : outputs(session, inputs)) {
                pin(output);
            }
        }
        if (!changing) {
            try (OrtSession.Result _ = session.run(inputs, Set.of(), pinned)) {
                return views;
            } catch (OrtException _) {
                // a size that depends on the data: run again with fresh outputs
                changing = true;
            }
        }
        return fresh(session, inputs);
    }

    private record Output(String name, TensorInfo info) {}

    /// One run tells the outputs' sizes.
    private List<Output> outputs(OrtSession session, Map<String, OnnxTensor> inputs) throws OrtException {
        try (OrtSession.Result result = session.run(inputs, new LinkedHashSet<>(wanted))) {
            List<Output> outputs = new ArrayList<>();
            for (String name : wanted) {
                OnnxValue value = result.get(name).orElseThrow();
                if (value instanceof OnnxTensor tensor) {
                    outputs.add(new Output(name, tensor.getInfo()));
                }
            }
            return outputs;
        }
    }

    private void pin(Output output) throws OrtException {
        DataType type = OnnxRuntimeSession.type(output.info());
        long[] shape = output.info().getShape();
        int bytes = Math.toIntExact(type.bytes(Tensor.count(shape)));
        ByteBuffer buffer = memory.get(output.name());
        if (buffer == null || buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(Math.max(1, bytes));
            memory.put(output.name(), buffer);
        }
        ByteBuffer slice = buffer.slice(0, bytes).order(ByteOrder.nativeOrder());
        pinned.put(output.name(), OnnxTensor.createTensor(environment, slice, shape, output.info().type));
        views.put(output.name(), new Tensor(type, shape, slice));
    }

    private SequencedMap<String, Tensor> fresh(OrtSession session, Map<String, OnnxTensor> inputs)
            throws OrtException {
        try (OrtSession.Result result = session.run(inputs, new LinkedHashSet<>(wanted))) {
            SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
            for (String name : wanted) {
                if (result.get(name).orElseThrow() instanceof OnnxTensor tensor) {
                    outputs.put(name, OnnxRuntimeSession.copy(tensor));
                }
            }
            return outputs;
        }
    }

    @Override
    public void close() {
        pinned.values().forEach(OnnxTensor::close);
        pinned.clear();
        views.clear();
    }
}
