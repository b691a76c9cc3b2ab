package dev.lathe.profile.backend;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.RandomInputs;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.Declared;
import dev.lathe.profile.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// A TorchScript module. Its arguments are fed by position: names are the user's, not the file's.
///
/// Unlike with ONNX Runtime outputs cannot be pinned: PyTorch makes them anew at each run, from its caching allocator, and
/// that is inside the timed region.
final class PyTorchSession implements Session {
    private static final long SEED = 7;

    private final Model model;
    private final Block block;
    private final NDManager manager;
    private final ParameterStore parameters;
    private final List<ValueInfo> inputs;
    private final List<ValueInfo> outputs;

    PyTorchSession(Model model, Declared declared) {
        this.model = model;
        this.block = model.getBlock();
        this.manager = model.getNDManager().newSubManager();
        this.parameters = new ParameterStore(manager, false);
        this.inputs = declared.inputs();
        this.outputs = observed(declared.outputs());
    }

    /// The outputs of one run on random inputs, the batch dimension left open where the inputs' is.
    private List<ValueInfo> observed(List<String> names) {
        boolean open = inputs.getFirst().batch().filter(d -> d.fixed().isEmpty()).isPresent();
        List<ValueInfo> values = new ArrayList<>();
        try (Run run = new Run(RandomInputs.seeded(SEED).sample(inputs, 0)); NDList results = run.run()) {
            for (NDArray result : results) {
                int index = values.size();
                String name = index < names.size() ? names.get(index) : "output_" + (index + 1);
                List<Dim> dims = new ArrayList<>();
                for (long size : result.getShape().getShape()) {
                    dims.add(open && dims.isEmpty() ? new Dim.Symbol("batch") : new Dim.Fixed(size));
                }
                values.add(ValueInfo.tensor(name, type(result.getDataType()), dims));
            }
        }
        return List.copyOf(values);
    }

    @Override
    public List<ValueInfo> inputs() {
        return inputs;
    }

    @Override
    public List<ValueInfo> outputs() {
        return outputs;
    }

    @Override
    public OptionalLong parameters() {
        return OptionalLong.of(
                block.getParameters().values().stream().mapToLong(p -> p.getArray().getShape().size()).sum());
    }

    @Override
    public SequencedMap<String, Tensor> run(SequencedMap<String, Tensor> sample, List<String> wanted) {
        SequencedMap<String, Tensor> given = new LinkedHashMap<>();
        try (Run run = new Run(sample); NDList results = run.run()) {
            for (String name : wanted) {
                for (int i = 0; i < results.size(); i++) {
                    if (i < outputs.size() && outputs.get(i).name().equals(name)) {
                        given.put(name, copy(results.get(i)));
                    }
                }
            }
        }
        return given;
    }

    private static Tensor copy(NDArray array) {
        ByteBuffer bytes = array.toByteBuffer();
        ByteBuffer kept = ByteBuffer.allocateDirect(bytes.remaining()).order(ByteOrder.nativeOrder()).put(bytes).flip();
        return new Tensor(type(array.getDataType()), array.getShape().getShape(), kept);
    }

    @Override
    public Queries prepare(List<SequencedMap<String, Tensor>> samples) {
        return new Prepared(samples.stream().map(Run::new).toList());
    }

    @Override
    public Batches batches(List<SequencedMap<String, Tensor>> samples, int largest) {
        return new Joined(samples.stream().map(Run::new).toList(), largest);
    }

    /// Batches whose rows PyTorch puts side by side, as part of the run.
    private final class Joined implements Batches {
        private final List<Run> singles;
        private final boolean finite;

        Joined(List<Run> singles, int largest) {
            this.singles = singles;
            int[] first = new int[largest];
            boolean all = true;
            for (int size = 1; size <= largest; size++) {
                first[size - 1] = (size - 1) % singles.size();
                try (NDList results = joined(first, size)) {
                    all &= allFinite(results);
                }
            }
            this.finite = all;
        }

        @Override
        public int samples() {
            return singles.size();
        }

        @Override
        public void run(int[] which, int count) {
            joined(which, count).close();
        }

        private NDList joined(int[] which, int count) {
            if (count == 1) {
                return singles.get(which[0]).run();
            }
            NDList first = singles.get(which[0]).arguments;
            NDList together = new NDList();
            try {
                for (int argument = 0; argument < first.size(); argument++) {
                    if (first.get(argument).getShape().dimension() == 0) {
                        together.add(first.get(argument).duplicate());
                        continue;
                    }
                    NDList rows = new NDList();
                    for (int row = 0; row < count; row++) {
                        rows.add(singles.get(which[row]).arguments.get(argument));
                    }
                    together.add(NDArrays.concat(rows, 0));
                }
                return forward(together);
            } catch (EngineException e) {
                throw new ProblemException(Problem.error("batch-does-not-fit", "",
                        "PyTorch cannot join " + count + " samples (" + reason(e) + ")",
                        "Choose a maximum batch of 1."), e);
            } finally {
                together.close();
            }
        }

        @Override
        public boolean finite() {
            return finite;
        }

        @Override
        public void close() {
            singles.forEach(Run::close);
        }
    }

    private NDList forward(NDList arguments) {
        try {
            return block.forward(parameters, arguments, false);
        } catch (EngineException e) {
            throw new ProblemException(Problem.error("inference-failed", "",
                    "PyTorch cannot run the model (" + reason(e) + ")",
                    "Check that the inputs' order, types and shapes are those the model was traced with."), e);
        }
    }

    private static boolean allFinite(NDList results) {
        return results.stream().filter(r -> r.getDataType() == ai.djl.ndarray.types.DataType.FLOAT32)
                .allMatch(PyTorchSession::finite);
    }

    /// One query, its inputs in PyTorch's hands.
    private final class Run implements AutoCloseable {
        private final NDManager own = manager.newSubManager();
        private final NDList arguments = new NDList();

        Run(SequencedMap<String, Tensor> sample) {
            sample.values().forEach(t -> arguments.add(own.create(writable(t), new Shape(t.shape()), type(t.type()))));
        }

        private static ByteBuffer writable(Tensor tensor) {
            ByteBuffer data = tensor.data();
            return ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder()).put(data).flip();
        }

        NDList run() {
            return forward(arguments);
        }

        @Override
        public void close() {
            own.close();
        }
    }

    private static final class Prepared implements Queries {
        private final List<Run> queries;

        Prepared(List<Run> queries) {
            this.queries = queries;
        }

        @Override
        public int size() {
            return queries.size();
        }

        @Override
        public void run(int index) {
            queries.get(index).run().close();
        }

        @Override
        public boolean finite(int index) {
            try (NDList results = queries.get(index).run()) {
                return allFinite(results);
            }
        }

        @Override
        public void close() {
            queries.forEach(Run::close);
        }
    }

    private static boolean finite(NDArray values) {
        for (float value : values.toFloatArray()) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static ai.djl.ndarray.types.DataType type(DataType type) {
        return switch (type) {
            case FLOAT -> ai.djl.ndarray.types.DataType.FLOAT32;
            case DOUBLE -> ai.djl.ndarray.types.DataType.FLOAT64;
            case FLOAT16 -> ai.djl.ndarray.types.DataType.FLOAT16;
            case BFLOAT16 -> ai.djl.ndarray.types.DataType.BFLOAT16;
            case INT8 -> ai.djl.ndarray.types.DataType.INT8;
            case UINT8 -> ai.djl.ndarray.types.DataType.UINT8;
            case INT32 -> ai.djl.ndarray.types.DataType.INT32;
            case INT64 -> ai.djl.ndarray.types.DataType.INT64;
            case BOOL -> ai.djl.ndarray.types.DataType.BOOLEAN;
            case INT16, UNDEFINED, STRING, UINT16, UINT32, UINT64, COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ,
                    FLOAT8E5M2, FLOAT8E5M2FNUZ, UINT4, INT4, FLOAT4E2M1 ->
                throw Problem
                        .error("input-type", type.label(), "PyTorch takes no input of type " + type.label() + " here",
                                "Declare the input with the type the model was traced with.")
                        .toException();
        };
    }

    private static DataType type(ai.djl.ndarray.types.DataType type) {
        return Arrays.stream(DataType.values())
                .filter(t -> t.label().equals(type == ai.djl.ndarray.types.DataType.BOOLEAN ? "bool" : type.toString()))
                .findFirst().orElse(DataType.UNDEFINED);
    }

    /// The telling line of PyTorch's message, which comes with a native stack trace.
    static String reason(Exception e) {
        List<String> lines = String.valueOf(e.getMessage()).lines().map(String::strip).filter(l -> !l.isEmpty())
                .toList();
        return lines.stream().filter(l -> l.startsWith("RuntimeError:")).reduce((_, last) -> last)
                .or(() -> lines.stream().findFirst()).orElse("no reason given");
    }

    @Override
    public void close() {
        manager.close();
        model.close();
    }
}
