package dev.lathe.optimize;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Progress;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/// Small models and random inputs for tests.
public final class Tiny {
    private final List<Node> nodes = new ArrayList<>();
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<ValueInfo> outputs = new ArrayList<>();
    private final SequencedMap<String, TensorData> constants = new LinkedHashMap<>();
    private final SplittableRandom random = new SplittableRandom(7);

    /// Adds a float input; -1 is the symbol `n`.
    public Tiny input(String name, long... shape) {
        inputs.add(value(name, shape));
        return this;
    }

    /// Adds a float output.
    public Tiny output(String name, long... shape) {
        outputs.add(value(name, shape));
        return this;
    }

    private static ValueInfo value(String name, long... shape) {
        List<Dim> dims = LongStream.of(shape).mapToObj(d -> d < 0 ? (Dim) new Dim.Symbol("n") : new Dim.Fixed(d))
                .toList();
        return ValueInfo.tensor(name, DataType.FLOAT, dims);
    }

    /// Adds a constant.
    public Tiny constant(String name, TensorData tensor) {
        constants.put(name, tensor);
        return this;
    }

    /// Adds a float constant of random values between -1/4 and 1/4.
    public Tiny weights(String name, Long... shape) {
        return constant(name, TensorData.ofFloats(List.of(shape), floats(List.of(shape), -0.25, 0.25)));
    }

    /// Adds a float constant of random values between 0.5 and 1.5, for variances.
    public Tiny positive(String name, Long... shape) {
        return constant(name, TensorData.ofFloats(List.of(shape), floats(List.of(shape), 0.5, 1.5)));
    }

    private float[] floats(List<Long> shape, double low, double high) {
        float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(low, high);
        }
        return values;
    }

    /// Adds a node named after its output; inputs, and several outputs, are separated by spaces.
    public Tiny node(String type, String ins, String out, Attribute... attributes) {
        nodes.add(Node.of(out + "_node", type, ins.isEmpty() ? List.of() : List.of(ins.split(" ", -1)),
                List.of(out.split(" ")), attributes));
        return this;
    }

    /// The model at this opset.
    public Model model(int opset) {
        Graph graph = new Graph("tiny", nodes, inputs, outputs, constants, List.of(), Extra.NONE);
        return new Model(graph, List.of(), new LinkedHashMap<>(Map.of("", (long) opset)), 8, Model.Metadata.NONE,
                Extra.NONE);
    }

    /// An integer attribute.
    public static Attribute number(String name, long value) {
        return Attribute.of(name, new Attribute.IntValue(value));
    }

    /// A float attribute.
    public static Attribute factor(String name, float value) {
        return Attribute.of(name, new Attribute.FloatValue(value));
    }

    /// An attribute of several integers.
    public static Attribute numbers(String name, Long... values) {
        return Attribute.of(name, new Attribute.IntsValue(List.of(values)));
    }

    /// A convolutional network with what quantization meets: Conv, Relu, Clip, a residual Add, pools, Concat, Gemm.
    public static Model network() {
        Tiny tiny = new Tiny().input("x", -1, 8, 8, 8).output("y", -1, 4);
        for (String conv : List.of("a", "b", "c", "d")) {
            tiny.weights("w" + conv, 8L, 8L, 3L, 3L).weights("bias" + conv, 8L);
        }
        Attribute same = numbers("pads", 1L, 1L, 1L, 1L);
        return tiny.constant("zero", TensorData.ofFloats(List.of(), 0))
                .constant("six", TensorData.ofFloats(List.of(), 6))
                .weights("wg", 4L, 16L).weights("bg", 4L)
                .node("Conv", "x wa biasa", "a", same).node("Relu", "a", "ar")
                .node("Conv", "ar wb biasb", "b", same).node("Clip", "b zero six", "bc")
                .node("Conv", "bc wc biasc", "c", same)
                .node("Add", "c ar", "sum").node("Relu", "sum", "sr")
                .node("MaxPool", "sr", "pool", numbers("kernel_shape", 2L, 2L), numbers("strides", 2L, 2L))
                .node("Conv", "pool wd biasd", "d", same)
                .node("Concat", "d pool", "joined", number("axis", 1))
                .node("GlobalAveragePool", "joined", "gap").node("Flatten", "gap", "flat")
                .node("Gemm", "flat wg bg", "y", number("transB", 1))
                .model(13);
    }

    /// Random samples for the inputs of a model: normal floats, small integers; symbols and unknown sizes become `free`.
    public static List<SequencedMap<String, Tensor>> samples(Model model, int count, long free) {
        SplittableRandom random = new SplittableRandom(11);
        List<SequencedMap<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
            for (ValueInfo input : model.graph().requiredInputs()) {
                List<Dim> dims = input.shape().orElse(List.of());
                long[] shape = new long[dims.size()];
                for (int d = 0; d < shape.length; d++) {
                    shape[d] = dims.get(d).fixed().orElse(d == 0 ? 1 : free);
                    shape[d] = shape[d] < 0 ? free : shape[d];
                }
                float[] values = new float[Math.toIntExact(Tensor.count(shape))];
                for (int v = 0; v < values.length; v++) {
                    values[v] = input.type() == DataType.FLOAT || input.type() == DataType.FLOAT16
                            ? (float) random.nextGaussian()
                            : 1;
                }
                sample.put(input.name(), Tensor.ofFloats(input.type(), shape, values));
            }
            samples.add(sample);
        }
        return samples;
    }

    /// A context with these samples, for a processor with 8-bit dot products.
    public static PassContext context(Path scratch, List<SequencedMap<String, Tensor>> samples) {
        return context(scratch, samples, true);
    }

    /// A context with these samples.
    public static PassContext context(Path scratch, List<SequencedMap<String, Tensor>> samples, boolean dotProduct) {
        Optional<Calibration> calibration = Optional.empty();
        if (!samples.isEmpty()) {
            Path file = scratch.resolve("calibration" + System.nanoTime() + ".pack");
            try (TensorPackWriter writer = TensorPack.writer(file)) {
                samples.forEach(writer::add);
            }
            calibration = Optional.of(new Calibration(TensorPack.open(file), "calibration"));
        }
        return new PassContext(new InProcessLaboratory(), calibration,
                new OptimizationTarget(dotProduct ? "x86-64/vnni" : "x86-64/avx2", dotProduct), scratch,
                Progress.Listener.NONE, new Cancellation());
    }

    /// The outputs of a model on samples, floats only, one map a sample.
    public static List<SequencedMap<String, Tensor>> run(Model model, List<SequencedMap<String, Tensor>> samples) {
        return new InProcessLaboratory().run(model, samples,
                model.graph().outputs().stream().filter(ValueInfo::isTensor).map(ValueInfo::name).toList());
    }

    /// Whether the runtime loads the model.
    public static boolean loads(Model model) {
        return new InProcessLaboratory().load(model).isEmpty();
    }
}
