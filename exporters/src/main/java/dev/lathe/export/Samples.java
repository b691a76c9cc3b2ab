package dev.lathe.export;

import dev.lathe.base.Problem;
import dev.lathe.graph.DataType;
import dev.lathe.graph.ValueInfo;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes requests as bodies of the Open Inference Protocol v2 over HTTP, with the outputs that are expected.
///
/// A body is JSON where JSON can carry the values. Half precision, infinities and NaN it cannot; such a request is one file of
/// JSON followed by the raw tensors, as the protocol's binary tensor data extension has it.
final class Samples {
    static final String INDEX = "samples/samples.json";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Deployment deployment;
    private final Batching batching;

    Samples(Deployment deployment) {
        this.deployment = deployment;
        this.batching = Batching.of(deployment);
    }

    /// A request's body and how to send it.
    ///
    /// @param file below the bundle
    /// @param jsonBytes the length of the JSON part, if raw tensors follow it
    record Body(String file, Optional<Integer> jsonBytes) {}

    List<Problem> check() {
        List<Problem> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Request sample : deployment.samples()) {
            if (!names.add(Deployment.safeName(sample.name()).toLowerCase(Locale.ROOT))) {
                problems.add(mismatch(sample, "has the name of another sample"));
            }
            List<String> inputs = sample.inputs().stream().map(Request.Tensor::name).toList();
            List<String> declared = deployment.inputs().stream().map(ValueInfo::name).toList();
            if (!new HashSet<>(inputs).equals(new HashSet<>(declared)) || inputs.size() != declared.size()) {
                problems.add(mismatch(sample, "carries inputs " + inputs + ", and the model reads " + declared));
            }
            sample.inputs().forEach(t -> check(problems, sample, t, deployment.inputs()));
            sample.expected().forEach(t -> check(problems, sample, t, deployment.tensorOutputs()));
        }
        return problems;
    }

    private static void check(List<Problem> problems, Request sample, Request.Tensor tensor, List<ValueInfo> declared) {
        Optional<ValueInfo> info = declared.stream().filter(v -> v.name().equals(tensor.name())).findFirst();
        if (info.isEmpty()) {
            problems.add(mismatch(sample, "has tensor " + tensor.name() + ", which the model does not declare"));
        } else if (info.get().type() != tensor.type()) {
            problems.add(mismatch(sample, "has tensor " + tensor.name() + " of type " + tensor.type().label()
                    + ", and the model declares " + info.get().type().label()));
        } else if (protocolName(tensor.type()).isEmpty()) {
            problems.add(mismatch(sample, "has tensor " + tensor.name() + " of type " + tensor.type().label()
                    + ", which the Open Inference Protocol does not know"));
        }
        long held = switch (tensor.contents()) {
            case Request.Numbers numbers -> numbers.sizeBytes();
            case Request.Texts texts -> texts.values().size();
        };
        long needed = tensor.type() == DataType.STRING ? tensor.elements() : tensor.type().bytes(tensor.elements());
        boolean text = tensor.contents() instanceof Request.Texts;
        if (held != needed || text != (tensor.type() == DataType.STRING)) {
            problems.add(mismatch(sample, "has tensor " + tensor.name() + " of shape " + tensor.shape() + " with "
                    + held + (text ? " texts" : " bytes") + " where " + needed + " are needed"));
        }
    }

    private static Problem mismatch(Request sample, String what) {
        return Problem.error("sample-mismatch", "Sample " + sample.name(), what,
                "Take the samples from requests that this model answered.");
    }

    /// The files of `samples/`: what each path below the bundle holds.
    SequencedMap<String, byte[]> files() {
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        ObjectNode index = NODES.objectNode();
        index.putObject("tolerance").put("absolute", deployment.tolerance().absolute())
                .put("relative", deployment.tolerance().relative()).put("reason", deployment.tolerance().reason());
        ArrayNode requests = index.putArray("requests");
        for (Request sample : deployment.samples()) {
            Body body = body(sample);
            String expected = "samples/" + Deployment.safeName(sample.name()) + ".expected.json";
            files.put(body.file(), requestBytes(sample, body));
            files.put(expected, utf8(expectedJson(sample) + "\n"));
            ObjectNode row = requests.addObject().put("id", sample.name()).put("request", fileName(body.file()));
            body.jsonBytes().ifPresent(n -> row.put("inferenceHeaderContentLength", n));
            row.put("expected", fileName(expected));
        }
        files.put(INDEX, utf8(Json.pretty(index)));
        return files;
    }

    /// Where a sample's body is written and how it is sent.
    Body body(Request sample) {
        boolean binary = sample.inputs().stream().anyMatch(t -> !fitsJson(t));
        String stem = "samples/" + Deployment.safeName(sample.name()) + ".request";
        return binary
                ? new Body(stem + ".bin", Optional.of(utf8(requestJson(sample, true)).length))
                : new Body(stem + ".json", Optional.empty());
    }

    private byte[] requestBytes(Request sample, Body body) {
        if (body.jsonBytes().isEmpty()) {
            return utf8(requestJson(sample, false) + "\n");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(utf8(requestJson(sample, true)));
        sample.inputs().forEach(t -> bytes.writeBytes(raw(t)));
        return bytes.toByteArray();
    }

    private String requestJson(Request sample, boolean binary) {
        ObjectNode root = NODES.objectNode().put("id", sample.name());
        ArrayNode inputs = root.putArray("inputs");
        for (Request.Tensor tensor : sample.inputs()) {
            ObjectNode node = describe(inputs.addObject(), tensor);
            if (binary) {
                node.putObject("parameters").put("binary_data_size", raw(tensor).length);
            } else {
                node.set("data", values(tensor));
            }
        }
        ArrayNode outputs = root.putArray("outputs");
        sample.expected().forEach(t -> outputs.addObject().put("name", t.name()));
        return Json.compact(root);
    }

    private String expectedJson(Request sample) {
        ObjectNode root = NODES.objectNode().put("id", sample.name()).put("model_name", deployment.modelName());
        ArrayNode outputs = root.putArray("outputs");
        sample.expected().forEach(t -> describe(outputs.addObject(), t).set("data", values(t)));
        return Json.compact(root);
    }

    private ObjectNode describe(ObjectNode node, Request.Tensor tensor) {
        node.put("name", tensor.name());
        ArrayNode shape = node.putArray("shape");
        batching.wireShape(tensor.shape()).forEach(shape::add);
        return node.put("datatype", protocolName(tensor.type()).orElseThrow());
    }

    private static boolean fitsJson(Request.Tensor tensor) {
        return switch (tensor.type()) {
            case FLOAT16, BFLOAT16 -> false;
            case FLOAT, DOUBLE -> {
                for (var value : values(tensor)) {
                    if (!Double.isFinite(value.doubleValue())) {
                        yield false;
                    }
                }
                yield true;
            }
            default -> true;
        };
    }

    /// Values in row-major order; what JSON cannot write becomes the texts "NaN", "Infinity" and "-Infinity".
    private static ArrayNode values(Request.Tensor tensor) {
        ArrayNode data = NODES.arrayNode();
        switch (tensor.contents()) {
            case Request.Texts texts -> texts.values().forEach(data::add);
            case Request.Numbers numbers -> {
                ByteBuffer buffer = numbers.buffer();
                while (buffer.hasRemaining()) {
                    append(data, tensor.type(), buffer);
                }
            }
        }
        return data;
    }

    private static void append(ArrayNode data, DataType type, ByteBuffer buffer) {
        switch (type) {
            case FLOAT -> data.add(buffer.getFloat());
            case DOUBLE -> data.add(buffer.getDouble());
            case FLOAT16 -> data.add(Float.float16ToFloat(buffer.getShort()));
            // bfloat16 is the upper half of a float32
            case BFLOAT16 -> data.add(Float.intBitsToFloat(buffer.getShort() << Short.SIZE));
            case BOOL -> data.add(buffer.get() != 0);
            case INT8 -> data.add((int) buffer.get());
            case UINT8 -> data.add(Byte.toUnsignedInt(buffer.get()));
            case INT16 -> data.add((int) buffer.getShort());
            case UINT16 -> data.add(Short.toUnsignedInt(buffer.getShort()));
            case INT32 -> data.add(buffer.getInt());
            case UINT32 -> data.add(Integer.toUnsignedLong(buffer.getInt()));
            case INT64 -> data.add(buffer.getLong());
            case UINT64 -> data.add(new BigInteger(Long.toUnsignedString(buffer.getLong())));
            default -> throw new IllegalArgumentException("no protocol type for " + type);
        }
    }

    private static byte[] raw(Request.Tensor tensor) {
        return switch (tensor.contents()) {
            case Request.Numbers numbers -> {
                byte[] bytes = new byte[numbers.sizeBytes()];
                numbers.buffer().get(bytes);
                yield bytes;
            }
            case Request.Texts texts -> {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                for (String text : texts.values()) {
                    byte[] utf8 = utf8(text);
                    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(utf8.length).array());
                    bytes.writeBytes(utf8);
                }
                yield bytes.toByteArray();
            }
        };
    }

    /// The protocol's name of a type; empty for types it does not know.
    static Optional<String> protocolName(DataType type) {
        return switch (type) {
            case FLOAT -> Optional.of("FP32");
            case DOUBLE -> Optional.of("FP64");
            case FLOAT16 -> Optional.of("FP16");
            case BFLOAT16 -> Optional.of("BF16");
            case STRING -> Optional.of("BYTES");
            case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> Optional.of(type.name());
            case UNDEFINED, COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, UINT4,
                    INT4, FLOAT4E2M1 ->
                Optional.empty();
        };
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
