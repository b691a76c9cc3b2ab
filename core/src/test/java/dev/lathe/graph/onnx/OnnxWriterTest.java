package dev.lathe.graph.onnx;

import static dev.lathe.graph.Models.graph;
import static dev.lathe.graph.Models.model;
import static dev.lathe.graph.Models.node;
import static dev.lathe.graph.Models.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lathe.base.Problem;
import dev.lathe.base.Shared;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.MappedFile;
import dev.lathe.graph.Model;
import dev.lathe.graph.Models;
import dev.lathe.graph.TensorData;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWriterTest {
    private static final long MEGABYTE = 1_000_000;

    @TempDir
    Path folder;

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private static Model weights(int floats) {
        float[] values = new float[floats];
        for (int i = 0; i < floats; i++) {
            values[i] = i;
        }
        SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
        initializers.put("large", TensorData.ofFloats(List.of((long) floats), values));
        initializers.put("small", TensorData.ofLongs(List.of(2L), 1, -1));
        initializers.put("more", TensorData.ofFloats(List.of((long) floats), values));
        return model(graph(Models.floats(List.of("x")), Models.floats(List.of("y")), initializers, List.of(),
                node("Sum", "y", "x", "large", "more")));
    }

    @Test
    void theSameModelGivesTheSameBytes() throws IOException {
        Path one = folder.resolve("one.onnx");
        Path two = folder.resolve("two.onnx");
        OnnxWriter.write(OnnxReader.read(Shared.sample("digits.onnx")), one);
        OnnxWriter.write(OnnxReader.read(Shared.sample("digits.onnx")), two);
        assertThat(Files.mismatch(one, two)).isEqualTo(-1);
        assertThat(files()).containsExactly("one.onnx", "two.onnx");
    }

    @Test
    void aModelIsWrittenOverItself() throws IOException {
        Path path = folder.resolve("m.onnx");
        OnnxWriter.write(weights(1000), path);
        byte[] before = Files.readAllBytes(path);
        OnnxWriter.write(OnnxReader.read(path), path);
        assertThat(path).hasBinaryContent(before);
    }

    @Test
    void largeWeightsGoToAFileOfTheirOwnAndComeBack() throws IOException {
        Path path = folder.resolve("m.onnx");
        Model model = weights(1000);
        OnnxWriter.write(model, path, 7000);
        assertThat(files()).containsExactly("m.onnx", "m.onnx.data");
        Model back = OnnxReader.read(path);
        assertThat(back.graph().initializers().keySet()).containsExactly("large", "small", "more");
        model.graph().initializers().forEach((name, tensor) -> assertThat(back.graph().initializers())
                .hasEntrySatisfying(name, t -> assertThat(t.bytes().mismatch(tensor.bytes())).isEqualTo(-1)));
        assertThat(back.graph().initializers().get("more")).isInstanceOfSatisfying(TensorData.Mapped.class, m -> {
            assertThat(m.external()).contains("m.onnx.data");
            assertThat(m.offset()).isEqualTo(4096);
        });
        assertThat(back.graph().initializers().get("small")).isInstanceOfSatisfying(TensorData.Mapped.class,
                m -> assertThat(m.external()).isEmpty());
    }

    @Test
    void writingWithAFileOfWeightsIsDeterministicToo() throws IOException {
        OnnxWriter.write(weights(1000), folder.resolve("m.onnx"), 0);
        byte[] message = Files.readAllBytes(folder.resolve("m.onnx"));
        byte[] data = Files.readAllBytes(folder.resolve("m.onnx.data"));
        OnnxWriter.write(OnnxReader.read(folder.resolve("m.onnx")), folder.resolve("m.onnx"), 0);
        assertThat(folder.resolve("m.onnx")).hasBinaryContent(message);
        assertThat(folder.resolve("m.onnx.data")).hasBinaryContent(data);
    }

    @Test
    void weightsInsideBranchesCountTowardsTheLimit() throws IOException {
        Graph branch = weights(1000).graph();
        Model model = model(graph(Models.floats(List.of("x", "c")), Models.floats(List.of("z")),
                new LinkedHashMap<>(), List.of(), Models.branch("z", "c", branch, branch)));
        OnnxWriter.write(model, folder.resolve("m.onnx"), 10_000);
        assertThat(files()).containsExactly("m.onnx", "m.onnx.data");
        Graph back = OnnxReader.read(folder.resolve("m.onnx")).graph().nodes().getFirst().subgraphs().findFirst()
                .orElseThrow();
        assertThat(back.initializers().get("more")).isInstanceOfSatisfying(TensorData.Mapped.class,
                m -> assertThat(m.floats()).hasSize(1000).endsWith(999f));
    }

    @Test
    void constantsInNodesStayInTheMessage() throws IOException {
        float[] values = new float[1000];
        Model model = model(graph(List.of(), Models.floats(List.of("c")), new LinkedHashMap<>(), List.of(),
                node("Constant", "c").withAttributes(List.of(Attribute.of("value",
                        new Attribute.TensorValue(TensorData.ofFloats(List.of(1000L), values)))))));
        OnnxWriter.write(model, folder.resolve("m.onnx"), 10);
        assertThat(OnnxReader.read(folder.resolve("m.onnx")).graph().constant("c"))
                .hasValueSatisfying(t -> assertThat(t.floats()).hasSize(1000));
    }

    @Test
    void aMissingFolderIsNamedAndNothingIsLeft() throws IOException {
        Path path = folder.resolve("none").resolve("m.onnx");
        for (long limit : List.of(0L, Long.MAX_VALUE)) {
            Problem problem = problem(() -> OnnxWriter.write(weights(1000), path, limit));
            assertThat(problem.code()).isEqualTo("file-unwritable");
            assertThat(problem.sentence()).startsWith(path + ": the model cannot be written (NoSuchFileException: ")
                    .endsWith(". Check that the folder exists, that you may write to it, and that the disk has room.");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void aFileInPlaceOfTheFolderIsNamedAndNothingIsLeft() throws IOException {
        Files.writeString(folder.resolve("file"), "x");
        Path path = folder.resolve("file").resolve("m.onnx");
        Problem problem = problem(() -> OnnxWriter.write(weights(1), path));
        assertThat(problem.sentence()).startsWith(path + ": the model cannot be written (");
        assertThat(files()).containsExactly("file");
    }

    @Test
    void aFolderInPlaceOfTheFileIsNamedAndNothingIsLeft() throws IOException {
        Path path = Files.createDirectory(folder.resolve("m.onnx"));
        for (long limit : List.of(0L, Long.MAX_VALUE)) {
            Problem problem = problem(() -> OnnxWriter.write(weights(1000), path, limit));
            assertThat(problem.sentence()).startsWith(path + ": the model cannot be written (");
            assertThat(files()).filteredOn(f -> f.endsWith(".part")).isEmpty();
        }
    }

    /// The reader maps and the writer streams: neither may need heap for the weights.
    @Test
    void twoHundredMegabytesOfWeightsTakeLessThanTwentyOfHeap() throws IOException {
        long floats = 50 * MEGABYTE;
        Path sparse = folder.resolve("zeros.bin");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(floats * 4);
        }
        SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
        initializers.put("w", new TensorData.Mapped(DataType.FLOAT, List.of(floats), MappedFile.open(sparse), 0,
                floats * 4, Optional.empty(), Extra.NONE));
        Model model = model(graph(Models.floats(List.of("x")), Models.floats(List.of("y")), initializers, List.of(),
                node("Add", "y", "x", "w")));
        Path inside = folder.resolve("inside.onnx");
        Path outside = folder.resolve("outside.onnx");
        assertThat(allocatedBytes(() -> OnnxWriter.write(model, inside))).isLessThan(20 * MEGABYTE);
        assertThat(allocatedBytes(() -> OnnxReader.read(inside))).isLessThan(20 * MEGABYTE);
        assertThat(Files.size(inside)).isGreaterThan(floats * 4);
        assertThat(allocatedBytes(() -> OnnxWriter.write(model, outside, 0))).isLessThan(20 * MEGABYTE);
        assertThat(allocatedBytes(() -> OnnxReader.read(outside))).isLessThan(20 * MEGABYTE);
        assertThat(Files.size(outside)).isLessThan(MEGABYTE);
    }

    private static long allocatedBytes(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("the virtual machine counts").isPositive();
        return allocated;
    }
}
