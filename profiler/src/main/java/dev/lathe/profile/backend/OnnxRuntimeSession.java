package dev.lathe.profile.backend;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A session of ONNX Runtime. Query buffers are direct and outputs are pinned, see MEASURING: on a small model a fresh
/// output costs more than the call itself.
final class OnnxRuntimeSession implements Session {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private @Nullable PinnedOutputs observed;

    OnnxRuntimeSession(OrtEnvironment environment, OrtSession session) {
        this.environment = environment;
        this.session = session;
    }

    @Override
    public List<ValueInfo> inputs() {
        try {
            return session.getInputInfo().values().stream().map(OnnxRuntimeSession::value).toList();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    @Override
    public List<ValueInfo> outputs() {
        try {
            return session.getOutputInfo().values().stream().map(OnnxRuntimeSession::value).toList();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static ValueInfo value(NodeInfo info) {
        if (!(info.getInfo() instanceof TensorInfo tensor)) {
            return ValueInfo.tensor(info.getName(), DataType.UNDEFINED);
        }
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < tensor.getShape().length; i++) {
            String name = tensor.getDimensionNames()[i];
            long size = tensor.getShape()[i];
            dims.add(size >= 0 ? new Dim.Fixed(size) : name.isEmpty() ? new Dim.Any() : new Dim.Symbol(name));
        }
        return ValueInfo.tensor(info.getName(), type(tensor), dims);
    }

    /// The element type by ONNX Runtime's name: its Java binding numbers the types in its own way.
    static DataType type(TensorInfo info) {
        return DataType.valueOf(info.onnxType.name().substring("ONNX_TENSOR_ELEMENT_DATA_TYPE_".length()));
    }

    @Override
    public SequencedMap<String, Tensor> run(SequencedMap<String, Tensor> sample, List<String> wanted) {
        Map<String, OnnxTensor> inputs = tensors(sample);
        try (OrtSession.Result result = session.run(inputs, Set.copyOf(wanted))) {
            SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
            for (String name : wanted) {
                OnnxValue value = result.get(name).orElseThrow();
                if (value instanceof OnnxTensor tensor) {
                    outputs.put(name, copy(tensor));
                }
            }
            return outputs;
        } catch (OrtException e) {
            throw failed(e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public SequencedMap<String, Tensor> observe(SequencedMap<String, Tensor> sample, List<String> wanted) {
        PinnedOutputs pinned = observed;
        if (pinned == null || !pinned.fits(sample, wanted)) {
            close(pinned);
            pinned = new PinnedOutputs(environment, pinned, sample, wanted);
            observed = pinned;
        }
        Map<String, OnnxTensor> inputs = tensors(sample);
        try {
            return pinned.run(session, inputs);
        } catch (OrtException e) {
            throw failed(e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static void close(@Nullable PinnedOutputs pinned) {
        if (pinned != null) {
            pinned.close();
        }
    }

    static Tensor copy(OnnxTensor tensor) {
        ByteBuffer bytes = tensor.getByteBuffer();
        ByteBuffer kept = ByteBuffer.allocateDirect(bytes.remaining()).order(ByteOrder.nativeOrder()).put(bytes).flip();
        return new Tensor(type(tensor.getInfo()), tensor.getInfo().getShape(), kept);
    }

    private Map<String, OnnxTensor> tensors(SequencedMap<String, Tensor> sample) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        sample.forEach((name, tensor) -> inputs.put(name, tensor(tensor)));
        return inputs;
    }

    private OnnxTensor tensor(Tensor tensor) {
        ByteBuffer data = tensor.data();
        ByteBuffer direct = data.isDirect() && !data.isReadOnly()
                ? data
                : ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder()).put(data).flip();
        try {
            return OnnxTensor.createTensor(environment, direct, tensor.shape(), javaType(tensor.type()));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static OnnxJavaType javaType(DataType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case UNDEFINED, STRING, UINT16, UINT32, UINT64, COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ, UINT4, INT4, FLOAT4E2M1 ->
                throw Problem.error("input-type", type.label(),
                        "ONNX Runtime's Java binding takes no input of type " + type.label(),
                        "Export the model with another input type.").toException();
        };
    }

    @Override
    public Queries prepare(List<SequencedMap<String, Tensor>> samples) {
        Set<String> tensors = tensorOutputs();
        Set<String> others = otherOutputs();
        List<Query> queries = new ArrayList<>();
        for (SequencedMap<String, Tensor> sample : samples) {
            Map<String, OnnxTensor> inputs = tensors(sample);
            // one run tells the outputs' sizes; outputs that are no tensors are made anew at each run
            SequencedMap<String, Tensor> first = run(sample, List.copyOf(tensors));
            Map<String, OnnxTensor> pinned = new HashMap<>();
            first.forEach((name, value) -> pinned.put(name, tensor(value)));
            queries.add(new Query(inputs, others, pinned));
        }
        return new Prepared(queries);
    }

    @Override
    public Batches batches(List<SequencedMap<String, Tensor>> samples, int largest) {
        return OnnxRuntimeBatches.prepare(this, samples, largest);
    }

    /// The pinned form of a tensor: its bytes in a direct buffer that native code may read and write.
    OnnxTensor pinned(Tensor tensor) {
        return tensor(tensor);
    }

    /// A tensor over the front of a buffer, which is neither copied nor owned.
    OnnxTensor over(ByteBuffer data, DataType type, long[] shape) {
        try {
            return OnnxTensor.createTensor(environment, data, shape, javaType(type));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /// Runs with pinned outputs.
    ///
    /// @param others outputs that are no tensors, made anew
    void run(Map<String, OnnxTensor> inputs, Set<String> others, Map<String, OnnxTensor> pinned) {
        try (OrtSession.Result _ = session.run(inputs, others, pinned)) {
            // pinned outputs stay; the rest is freed with the result
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /// Names of the outputs that can be pinned.
    Set<String> tensorOutputs() {
        Set<String> tensors = new LinkedHashSet<>();
        outputs().stream().filter(v -> v.isTensor() && v.type() != DataType.STRING).forEach(v -> tensors.add(v.name()));
        return tensors;
    }

    /// Names of the outputs that cannot.
    Set<String> otherOutputs() {
        Set<String> others = new LinkedHashSet<>(session.getOutputNames());
        others.removeAll(tensorOutputs());
        return others;
    }

    private record Query(Map<String, OnnxTensor> inputs, Set<String> others, Map<String, OnnxTensor> pinned) {}

    /// Whether all elements of the float tensors are finite.
    static boolean finite(Map<String, OnnxTensor> tensors) {
        return tensors.values().stream().filter(t -> t.getInfo().type == OnnxJavaType.FLOAT)
                .allMatch(t -> finite(t.getFloatBuffer()));
    }

    private static boolean finite(FloatBuffer values) {
        while (values.hasRemaining()) {
            if (!Float.isFinite(values.get())) {
                return false;
            }
        }
        return true;
    }

    private final class Prepared implements Queries {
        private final List<Query> queries;

        Prepared(List<Query> queries) {
            this.queries = queries;
        }

        @Override
        public int size() {
            return queries.size();
        }

        @Override
        public void run(int index) {
            Query query = queries.get(index);
            OnnxRuntimeSession.this.run(query.inputs(), query.others(), query.pinned());
        }

        @Override
        public boolean finite(int index) {
            return OnnxRuntimeSession.finite(queries.get(index).pinned());
        }

        @Override
        public void close() {
            queries.forEach(q -> {
                q.inputs().values().forEach(OnnxTensor::close);
                q.pinned().values().forEach(OnnxTensor::close);
            });
        }
    }

    @Override
    public void close() {
        close(observed);
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static ProblemException failed(OrtException e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
        return new ProblemException(
                Problem.error("inference-failed", "", "ONNX Runtime cannot run the model (" + reason + ")",
                        "Check that the data fits the model's inputs."),
                e);
    }
}
