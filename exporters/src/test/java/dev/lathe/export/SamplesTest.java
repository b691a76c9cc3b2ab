package dev.lathe.export;

import static dev.lathe.export.Deployments.plan;
import static dev.lathe.export.Deployments.tensor;
import static dev.lathe.export.Deployments.with;
import static dev.lathe.export.Deployments.zeros;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.graph.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {
    @TempDir
    Path folder;

    private static byte[] bytes(Deployment deployment, String path) {
        return requireNonNull(new Samples(deployment).files().get(path), path);
    }

    private static String text(Deployment deployment, String path) {
        return new String(bytes(deployment, path), StandardCharsets.UTF_8);
    }

    @Test
    void writesARequestAndItsExpectedOutputs() {
        Deployment deployment = Deployments.of(folder, "m",
                List.of(tensor("ids", DataType.INT64, "b", 2), tensor("text", DataType.STRING, "b")),
                List.of(tensor("y", DataType.FLOAT, "b", 2)), plan(4),
                List.of(new Request("r", List.of(Request.Tensor.of("ids", List.of(1L, 2L), 7L, Long.MIN_VALUE),
                        Request.Tensor.of("text", List.of(1L), List.of("a \"b\"\n"))),
                        List.of(Request.Tensor.of("y", List.of(1L, 2L), 0.1f, Float.NaN)))));

        assertThat(new Samples(deployment).files().keySet()).containsExactly("samples/r.request.json",
                "samples/r.expected.json",
                "samples/samples.json");
        assertThat(text(deployment, "samples/r.request.json")).isEqualTo("""
                {"id":"r","inputs":[{"name":"ids","shape":[1,2],"datatype":"INT64","data":[7,-9223372036854775808]},\
                {"name":"text","shape":[1,1],"datatype":"BYTES","data":["a \\"b\\"\\n"]}],"outputs":[{"name":"y"}]}
                """);
        assertThat(text(deployment, "samples/r.expected.json")).isEqualTo("""
                {"id":"r","model_name":"m","outputs":[{"name":"y","shape":[1,2],"datatype":"FP32","data":[0.1,"NaN"]}]}
                """);
        assertThat(text(deployment, "samples/samples.json")).isEqualTo("""
                {
                  "tolerance" : {
                    "absolute" : 0.001,
                    "relative" : 0.01,
                    "reason" : "INT8 kernels differ between CPUs"
                  },
                  "requests" : [
                    {
                      "id" : "r",
                      "request" : "r.request.json",
                      "expected" : "r.expected.json"
                    }
                  ]
                }
                """);
    }

    @Test
    void writesUnsignedNumbersAndBooleansAsTheyAre() {
        Deployment deployment = Deployments.of(folder, "m",
                List.of(tensor("u8", DataType.UINT8, 2), tensor("u64", DataType.UINT64, 1),
                        tensor("b", DataType.BOOL, 2)),
                List.of(tensor("y", DataType.FLOAT, 1)), plan(1),
                List.of(new Request("r",
                        List.of(Request.Tensor.of("u8", DataType.UINT8, List.of(2L), new byte[]{-1, 1}),
                                Request.Tensor.of("u64", DataType.UINT64, List.of(1L),
                                        new byte[]{-1, -1, -1, -1, -1, -1, -1, -1}),
                                Request.Tensor.of("b", DataType.BOOL, List.of(2L), new byte[]{1, 0})),
                        List.of(zeros("y", 1)))));

        assertThat(text(deployment, "samples/r.request.json"))
                .contains("\"data\":[255,1]", "\"data\":[18446744073709551615]", "\"data\":[true,false]");
    }

    @Test
    void sendsHalfPrecisionBehindTheJson() {
        byte[] half = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putShort(Float.floatToFloat16(1.5f))
                .putShort(Float.floatToFloat16(-2)).array();
        Deployment deployment = Deployments.of(folder, "m", List.of(tensor("x", DataType.FLOAT16, "b", 2)),
                List.of(tensor("y", DataType.FLOAT16, "b", 2)), plan(4),
                List.of(new Request("r", List.of(Request.Tensor.of("x", DataType.FLOAT16, List.of(1L, 2L), half)),
                        List.of(Request.Tensor.of("y", DataType.FLOAT16, List.of(1L, 2L), half)))));
        Samples samples = new Samples(deployment);

        byte[] body = bytes(deployment, "samples/r.request.bin");
        int jsonBytes = samples.body(deployment.samples().getFirst()).jsonBytes().orElseThrow();

        assertThat(new String(Arrays.copyOf(body, jsonBytes), StandardCharsets.UTF_8)).isEqualTo("""
                {"id":"r","inputs":[{"name":"x","shape":[1,2],"datatype":"FP16","parameters":{"binary_data_size":4}}],\
                "outputs":[{"name":"y"}]}""");
        assertThat(Arrays.copyOfRange(body, jsonBytes, body.length)).isEqualTo(half);
        assertThat(text(deployment, "samples/r.expected.json")).contains("\"data\":[1.5,-2.0]");
    }

    @Test
    void sendsInfinityBehindTheJson() {
        Deployment deployment = with(Deployments.of(folder, "m", List.of(tensor("x", DataType.FLOAT, 1)),
                List.of(tensor("y", DataType.FLOAT, 1)), plan(1)),
                new Request("r", List.of(Request.Tensor.of("x", List.of(1L), Float.POSITIVE_INFINITY)),
                        List.of(zeros("y", 1))));

        assertThat(new Samples(deployment).files()).containsKey("samples/r.request.bin");
    }

    @Test
    void saysWhatDoesNotFitTheModel() {
        Deployment digits = Deployments.digits(folder);
        Request.Tensor image = zeros("image", 1, 1, 28, 28);

        assertThat(new Samples(with(digits, new Request("a", List.of(), List.of()))).check())
                .extracting(p -> p.sentence()).containsExactly("Sample a: carries inputs [], and the model reads "
                        + "[image]. Take the samples from requests that this model answered.");
        assertThat(new Samples(with(digits,
                new Request("a", List.of(Request.Tensor.of("image", List.of(1L), 1L)), List.of(zeros("nope", 1)))))
                .check()).extracting(p -> p.what()).containsExactly(
                        "has tensor image of type int64, and the model declares float32",
                        "has tensor nope, which the model does not declare");
        assertThat(new Samples(with(digits,
                new Request("a", List.of(Request.Tensor.of("image", List.of(1L, 1L, 28L, 28L), 1f)), List.of())))
                .check()).extracting(p -> p.what()).containsExactly(
                        "has tensor image of shape [1, 1, 28, 28] with 4 bytes where 3136 are needed");
        assertThat(new Samples(with(digits, new Request("a b", List.of(image), List.of()),
                new Request("A_B", List.of(image), List.of()))).check()).extracting(p -> p.what())
                .containsExactly("has the name of another sample");
    }
}
