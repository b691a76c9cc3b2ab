import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes ResNet-50 or BERT-base with random weights, samples for it, and their description, for benchmarks/stand-ins.sh.
///
/// The graphs are those that exporters write: batch normalization folded into its convolution; attention, GELU and the
/// addition of biases as single operators. Usage: `StandIns resnet50|bert-base FOLDER`.
public final class StandIns {
    private static final int SAMPLES = 24;
    private static final int CALIBRATING = 16;
    private static final int LENGTH = 128;
    private static final int HIDDEN = 768;
    private static final int HEADS = 12;
    private static final int WORDS = 30_522;

    private final SplittableRandom random = new SplittableRandom(7);
    private final SequencedMap<String, TensorData> weights = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();

    private StandIns() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[1]));
        switch (args[0]) {
            case "resnet50" -> new StandIns().resnet(folder);
            case "bert-base" -> new StandIns().bert(folder);
            default -> throw new IllegalArgumentException("resnet50 or bert-base, not " + args[0]);
        }
    }

    private TensorData floats(double deviation, double mean, int... shape) {
        int count = 1;
        List<Long> dims = new ArrayList<>();
        for (int size : shape) {
            count *= size;
            dims.add((long) size);
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
        }
        return TensorData.ofFloats(dims, values);
    }

    private String add(String operator, String output, List<String> inputs, Attribute... attributes) {
        nodes.add(Node.of(output + "_" + operator, operator, inputs, List.of(output), attributes));
        return output;
    }

    private String constant(String name, TensorData tensor) {
        weights.putIfAbsent(name, tensor);
        return name;
    }

    private String scalar(String name, float value) {
        return constant(name, TensorData.ofFloats(List.of(), value));
    }

    private static Attribute ints(String name, long... values) {
        List<Long> list = new ArrayList<>();
        for (long value : values) {
            list.add(value);
        }
        return Attribute.of(name, new Attribute.IntsValue(list));
    }

    private static Attribute number(String name, long value) {
        return Attribute.of(name, new Attribute.IntValue(value));
    }

    private void resnet(Path folder) throws IOException {
        String at = add("Relu", "stem_relu", List.of(convolution("stem", "image", 3, 64, 7, 2, Math.sqrt(2))));
        at = add("MaxPool", "stem_pool", List.of(at), ints("kernel_shape", 3, 3), ints("strides", 2, 2),
                ints("pads", 1, 1, 1, 1));
        int channels = 64;
        int[] depths = {3, 4, 6, 3};
        for (int stage = 0; stage < depths.length; stage++) {
            for (int block = 0; block < depths[stage]; block++) {
                at = bottleneck("stage" + stage + "_block" + block, at, channels, 64 << stage,
                        stage > 0 && block == 0 ? 2 : 1);
                channels = 4 * (64 << stage);
            }
        }
        at = add("Flatten", "features", List.of(add("GlobalAveragePool", "pooled", List.of(at))));
        add("Gemm", "logits", List.of(at, constant("classifier_weight", floats(0.02, 0, 1000, channels)),
                constant("classifier_bias", floats(0.1, 0, 1000))), number("transB", 1));
        write(folder, List.of(ValueInfo.tensor("image", DataType.FLOAT, shape(3, 224, 224))),
                ValueInfo.tensor("logits", DataType.FLOAT, shape(1000)));
        try (Samples samples = new Samples(folder)) {
            samples.put("image", "<f4", List.of(SAMPLES, 3, 224, 224), 4,
                    (to, _) -> to.putFloat((float) random.nextGaussian()));
        }
        describe(folder, "logits", "image");
    }

    private String bottleneck(String name, String input, int from, int width, int stride) {
        String at = add("Relu", name + "_relu1", List.of(convolution(name + "_conv1", input, from, width, 1, 1,
                Math.sqrt(2))));
        at = add("Relu", name + "_relu2", List.of(convolution(name + "_conv2", at, width, width, 3, stride,
                Math.sqrt(2))));
        at = convolution(name + "_conv3", at, width, 4 * width, 1, 1, 0.5);
        String beside = from == 4 * width && stride == 1
                ? input
                : convolution(name + "_beside", input, from, 4 * width, 1, stride, 1);
        return add("Relu", name + "_relu3", List.of(add("Add", name + "_sum", List.of(at, beside))));
    }

    private String convolution(String name, String input, int from, int to, int kernel, int stride, double gain) {
        long pad = kernel / 2;
        return add("Conv", name, List.of(input,
                constant(name + "_weight",
                        floats(gain / Math.sqrt((double) from * kernel * kernel), 0, to, from, kernel, kernel)),
                constant(name + "_bias", floats(0.05, 0, to))), ints("kernel_shape", kernel, kernel),
                ints("strides", stride, stride), ints("pads", pad, pad, pad, pad));
    }

    private void bert(Path folder) throws IOException {
        constant("one", TensorData.ofLongs(List.of(2L), 1, 2));
        constant("positions", TensorData.ofLongs(List.of(1L, (long) LENGTH), row()));
        constant("split", TensorData.ofLongs(List.of(4L), 0, 0, HEADS, HIDDEN / HEADS));
        constant("join", TensorData.ofLongs(List.of(3L), 0, 0, HIDDEN));
        String words = add("Gather", "words", List.of(constant("word_table", floats(0.05, 0, WORDS, HIDDEN)), "input_ids"));
        String types = add("Gather", "types", List.of(constant("type_table", floats(0.05, 0, 2, HIDDEN)), "token_type_ids"));
        String places = add("Gather", "places", List.of(constant("place_table", floats(0.05, 0, LENGTH, HIDDEN)), "positions"));
        String at = normalized("embedded", add("Add", "embedding",
                List.of(add("Add", "words_types", List.of(words, types)), places)));
        String mask = add("Cast", "mask_float", List.of(add("Unsqueeze", "mask_wide", List.of("attention_mask", "one"))),
                number("to", 1));
        mask = add("Mul", "mask", List.of(add("Sub", "mask_absent", List.of(scalar("whole", 1), mask)),
                scalar("lowest", -10_000)));
        for (int layer = 0; layer < 12; layer++) {
            at = layer("layer" + layer, at, mask);
        }
        String first = add("Gather", "first_token", List.of(at, constant("zero", TensorData.ofLongs(List.of(), 0))),
                number("axis", 1));
        String pooled = add("Tanh", "pooled", List.of(add("Gemm", "pooler", List.of(first,
                constant("pooler_weight", floats(0.04, 0, HIDDEN, HIDDEN)),
                constant("pooler_bias", floats(0.02, 0, HIDDEN))), number("transB", 1))));
        add("Gemm", "logits", List.of(pooled, constant("classifier_weight", floats(0.1, 0, 2, HIDDEN)),
                constant("classifier_bias", floats(0.02, 0, 2))), number("transB", 1));
        write(folder, List.of(ValueInfo.tensor("input_ids", DataType.INT64, shape(LENGTH)),
                ValueInfo.tensor("attention_mask", DataType.INT64, shape(LENGTH)),
                ValueInfo.tensor("token_type_ids", DataType.INT64, shape(LENGTH))),
                ValueInfo.tensor("logits", DataType.FLOAT, shape(2)));
        try (Samples samples = new Samples(folder)) {
            List<Integer> shape = List.of(SAMPLES, LENGTH);
            samples.put("input_ids", "<i8", shape, 8, (to, _) -> to.putLong(random.nextInt(WORDS)));
            samples.put("attention_mask", "<i8", shape, 8, (to, _) -> to.putLong(1));
            samples.put("token_type_ids", "<i8", shape, 8, (to, i) -> to.putLong(i % LENGTH * 2 / LENGTH));
        }
        describe(folder, "logits", "input_ids", "attention_mask", "token_type_ids");
    }

    private static long[] row() {
        long[] row = new long[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            row[i] = i;
        }
        return row;
    }

    private String layer(String name, String input, String mask) {
        String query = heads(name + "_query", input, 0, 2, 1, 3);
        String key = heads(name + "_key", input, 0, 2, 3, 1);
        String value = heads(name + "_value", input, 0, 2, 1, 3);
        String scores = add("Div", name + "_scores", List.of(add("MatMul", name + "_products", List.of(query, key)),
                scalar("root", (float) Math.sqrt((double) HIDDEN / HEADS))));
        String attention = add("Softmax", name + "_attention",
                List.of(add("Add", name + "_masked", List.of(scores, mask))), number("axis", -1));
        String mixed = add("Transpose", name + "_turned",
                List.of(add("MatMul", name + "_mixed", List.of(attention, value))), ints("perm", 0, 2, 1, 3));
        String joined = add("Reshape", name + "_joined", List.of(mixed, "join"));
        String attended = normalized(name + "_attended", add("Add", name + "_sum1",
                List.of(linear(name + "_projection", joined, HIDDEN, HIDDEN), input)));
        String wide = linear(name + "_wide", attended, HIDDEN, 4 * HIDDEN);
        String error = add("Erf", name + "_erf", List.of(add("Div", name + "_scaled",
                List.of(wide, scalar("root2", (float) Math.sqrt(2))))));
        String gelu = add("Mul", name + "_gelu", List.of(add("Mul", name + "_gated",
                List.of(wide, add("Add", name + "_gate", List.of(error, scalar("whole", 1))))), scalar("half", 0.5f)));
        return normalized(name + "_out", add("Add", name + "_sum2",
                List.of(linear(name + "_narrow", gelu, 4 * HIDDEN, HIDDEN), attended)));
    }

    private String heads(String name, String input, long... order) {
        String split = add("Reshape", name + "_split", List.of(linear(name, input, HIDDEN, HIDDEN), "split"));
        return add("Transpose", name + "_heads", List.of(split), ints("perm", order));
    }

    private String linear(String name, String input, int from, int to) {
        String product = add("MatMul", name + "_product",
                List.of(input, constant(name + "_weight", floats(1 / Math.sqrt(from), 0, from, to))));
        return add("Add", name, List.of(constant(name + "_bias", floats(0.02, 0, to)), product));
    }

    private String normalized(String name, String input) {
        return add("LayerNormalization", name, List.of(input, constant(name + "_gain", floats(0.05, 1, HIDDEN)),
                constant(name + "_shift", floats(0.05, 0, HIDDEN))), number("axis", -1));
    }

    private static List<Dim> shape(long... sizes) {
        List<Dim> shape = new ArrayList<>(List.of(new Dim.Symbol("batch")));
        for (long size : sizes) {
            shape.add(new Dim.Fixed(size));
        }
        return shape;
    }

    private void write(Path folder, List<ValueInfo> inputs, ValueInfo output) {
        Graph graph = new Graph("stand-in", nodes, inputs, List.of(output), weights, List.of(), Extra.NONE);
        SequencedMap<String, Long> opsets = new LinkedHashMap<>();
        opsets.put("", 17L);
        OnnxWriter.write(new Model(graph, List.of(), opsets, 8, Model.Metadata.NONE, Extra.NONE),
                folder.resolve("model.onnx"));
    }

    private static void describe(Path folder, String output, String... inputs) throws IOException {
        List<String> fields = new ArrayList<>();
        for (String input : inputs) {
            fields.add("\"%1$s\": {\"from\": \"array\", \"array\": \"%1$s\"}".formatted(input));
        }
        Files.writeString(folder.resolve("data.dataset.json"), """
                {"format": "lathe-dataset/1", "task": "none", "source": {"kind": "npz", "file": "samples.npz"},
                 "inputs": {%s},
                 "output": {"name": "%s"}, "calibration": {"count": %d, "seed": 7}}
                """.formatted(String.join(", ", fields), output, CALIBRATING));
    }

    /// Writes one number of an array.
    private interface Element {
        void write(ByteBuffer to, long index);
    }

    /// NumPy's archive of arrays.
    private static final class Samples implements AutoCloseable {
        private final ZipOutputStream zip;

        Samples(Path folder) throws IOException {
            zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(folder.resolve("samples.npz"))));
            zip.setLevel(1);
        }

        void put(String name, String type, List<Integer> shape, int size, Element element) throws IOException {
            zip.putNextEntry(new ZipEntry(name + ".npy"));
            String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': ("
                    + String.join(", ", shape.stream().map(String::valueOf).toList()) + "), }";
            int padded = (10 + header.length() + 1 + 63) / 64 * 64 - 10;
            ByteBuffer head = ByteBuffer.allocate(10 + padded).order(ByteOrder.LITTLE_ENDIAN);
            head.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0)
                    .putShort((short) padded)
                    .put((header + " ".repeat(padded - header.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII));
            zip.write(head.array());
            int rows = shape.getFirst();
            int inner = shape.stream().skip(1).reduce(1, (a, b) -> a * b);
            ByteBuffer row = ByteBuffer.allocate(inner * size).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < rows; i++) {
                row.clear();
                for (int j = 0; j < inner; j++) {
                    element.write(row, (long) i * inner + j);
                }
                zip.write(row.array());
            }
            zip.closeEntry();
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }
}
