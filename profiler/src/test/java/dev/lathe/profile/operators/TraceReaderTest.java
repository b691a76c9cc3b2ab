package dev.lathe.profile.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.ProblemException;
import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceReaderTest {
    @TempDir
    Path folder;

    /// What ONNX Runtime 1.29.0 wrote of two runs of the sample with two threads, without its memory counters.
    private static Path recorded() {
        try {
            return Path.of(TraceReaderTest.class.getResource("digits-2-threads.json").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Trace.Node node(Trace trace, String name) {
        return trace.nodes().stream().filter(n -> n.key().name().equals(name)).findFirst().orElseThrow();
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("profile.json"), content);
    }

    @Test
    void readsARecordedProfile() {
        Trace trace = TraceReader.read(recorded(), 0);
        assertThat(trace.sessionNs()).containsExactly(1_655_000, 366_000);
        assertThat(trace.nodes()).hasSize(18).allSatisfy(n -> {
            assertThat(n.provider()).isEqualTo(Placement.CPU);
            assertThat(n.calls()).isEqualTo(2);
            assertThat(n.key().inner()).isFalse();
        });
        Trace.Node conv = node(trace, "/5/a/a.3/Conv_output_0_nchwc");
        assertThat(conv.key().opType()).isEqualTo("Conv");
        assertThat(conv.perRunNs()).containsExactly(968_000, 22_000);
        assertThat(conv.signatures()).containsOnlyKeys(new Trace.Signature(
                List.of(shape(1, 48, 14, 14), shape(48, 48, 3, 3), shape(48), shape(1, 48, 14, 14)),
                List.of(shape(1, 48, 14, 14))));
        assertThat(conv.details().kernelShare()).isEqualTo(1);
        assertThat(conv.details().schedulingShare()).isInstanceOf(Reading.Known.class);
        // the packed weight is not listed
        assertThat(node(trace, "fused /10/Gemm").signatures().firstEntry().getKey().inputs())
                .containsExactly(shape(1, 192), shape(64));
    }

    private static TensorShape shape(long... dims) {
        return new TensorShape(DataType.FLOAT, java.util.Arrays.stream(dims).boxed().toList());
    }

    @Test
    void nodesTakeNoMoreThanTheirSession() {
        Trace trace = TraceReader.read(recorded(), 0);
        for (int run = 0; run < trace.runs(); run++) {
            int at = run;
            assertThat(trace.nodes().stream().mapToLong(n -> n.perRunNs()[at]).sum())
                    .isLessThan(trace.sessionNs()[run]);
        }
    }

    @Test
    void runsOfWarmingUpAreNotCounted() {
        Trace trace = TraceReader.read(recorded(), 1);
        assertThat(trace.runs()).isEqualTo(1);
        assertThat(node(trace, "/5/a/a.3/Conv_output_0_nchwc").perRunNs()).containsExactly(22_000);
    }

    private static String event(String category, String name, int start, int duration, String arguments) {
        return """
                {"cat":"%s","pid":1,"tid":2,"dur":%d,"ts":%d,"ph":"X","name":"%s","args":{%s}}""".formatted(category,
                duration, start, name, arguments);
    }

    private static String node(String name, String operator, int index, int start, int duration) {
        return event("Node", name, start, duration, """
                "op_name":"%s","node_index":"%d","provider":"CPUExecutionProvider","thread_scheduling_stats":"",
                "input_type_shape":[],"output_type_shape":[{"float":[2,3]}]""".formatted(operator, index));
    }

    @Test
    void timeInsideAContainerIsNotCountedTwice() throws IOException {
        Trace trace = TraceReader.read(file("[" + String.join(",", node("before_kernel_time", "Relu", 0, 100, 5),
                node("step_kernel_time", "MatMul", 0, 110, 20), node("step_kernel_time", "MatMul", 0, 135, 22),
                node("loop_kernel_time", "Loop", 1, 108, 60), node("after_kernel_time", "Relu", 2, 170, 5),
                event("Session", "model_run", 90, 100, "")) + "]"), 0);
        assertThat(node(trace, "loop").perRunNs()).containsExactly(18_000);
        Trace.Node step = node(trace, "step");
        assertThat(step.key().inner()).isTrue();
        assertThat(step.calls()).isEqualTo(2);
        assertThat(step.perRunNs()).containsExactly(42_000);
        assertThat(node(trace, "after").key().inner()).isFalse();
        assertThat(trace.nodes().stream().mapToLong(n -> n.perRunNs()[0]).sum()).isEqualTo(70_000);
    }

    @Test
    void fencesOfOldRuntimesCountAndAreTold() throws IOException {
        Trace trace = TraceReader.read(file("[" + String.join(",", node("a_fence_before", "Relu", 0, 100, 10),
                node("a_kernel_time", "Relu", 0, 110, 30), event("Session", "model_run", 90, 60, "")) + "]"), 0);
        assertThat(node(trace, "a").perRunNs()).containsExactly(40_000);
        assertThat(node(trace, "a").details().kernelShare()).isCloseTo(0.75, within(1e-9));
        assertThat(node(trace, "a").details().schedulingShare())
                .isEqualTo(Reading.unknown("the profile tells nothing of threads"));
    }

    @Test
    void refusesWhatIsNoWholeProfile() throws IOException {
        Path whole = recorded();
        String text = Files.readString(whole);
        Path half = file(text.substring(0, text.length() / 2));
        assertThatThrownBy(() -> TraceReader.read(half, 0)).isInstanceOf(ProblemException.class)
                .hasMessageContaining(half + ": the file is not a whole profile of ONNX Runtime (")
                .hasMessageContaining("Profile the model again, with room on the disk.");
        Path other = Files.writeString(folder.resolve("other.json"), "{\"a\":1}");
        assertThatThrownBy(() -> TraceReader.read(other, 0))
                .hasMessageContaining("(it does not begin with a list of events)");
        Path open = Files.writeString(folder.resolve("open.json"), "[" + node("a_kernel_time", "Relu", 0, 1, 1));
        assertThatThrownBy(() -> TraceReader.read(open, 0)).hasMessageContaining("is not a whole profile");
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> TraceReader.read(missing, 0)).hasMessageContaining("NoSuchFileException");
    }

    @Test
    void refusesAProfileWithoutRuns() {
        assertThatThrownBy(() -> TraceReader.read(recorded(), 2))
                .hasMessageContaining(
                        "the profile holds no run after 2 of warming up. Give it more time with --budget.");
    }
}
