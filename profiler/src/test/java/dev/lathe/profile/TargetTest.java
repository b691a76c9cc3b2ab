package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class TargetTest {
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource({"cpu,cpu", "CUDA,cuda", "cuda:1,cuda:1", "CUDAExecutionProvider,cuda", "OpenVINO:NPU,openvino:npu",
        "trt,tensorrt", "DirectML,dml", " qnn ,qnn"})
    void readsNamesAsPeopleWriteThem(String written, String name) {
        assertThat(Target.named(written).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "cuda:", ":1", "a:b:c"})
    void refusesWhatIsNoName(String written) {
        assertThatThrownBy(() -> Target.named(written)).isInstanceOf(ProblemException.class).hasMessageContaining(
                "this is no name of a target. Write PROVIDER or PROVIDER:DEVICE, such as cpu, cuda, cuda:1 or openvino:npu.");
    }

    @Test
    void aPlanForTheProcessorIsWrittenAsItWasBeforeThereWereTargets() {
        assertThat(JSON.writeValueAsString(SessionSettings.threads(2))).isEqualTo(
                """
                        {"intraOpThreads":2,"interOpThreads":1,"parallelExecution":false,"spinning":true,"arena":true,\
                        "memoryPattern":true,"graphLevel":"all"}""");
        assertThat(SessionSettings.threads(2).on(Target.named("cpu"))).isEqualTo(SessionSettings.threads(2));
    }

    @Test
    void settingsSurviveJsonWithAndWithoutATarget() {
        Target target = Target.named("openvino:npu").with(new TreeMap<>(Map.of("precision", "FP16")),
                new TreeMap<>(Map.of("openvino", "lib.so")));
        for (SessionSettings settings : new SessionSettings[]{SessionSettings.threads(2),
            SessionSettings.threads(2).on(target)}) {
            String json = JSON.writeValueAsString(settings);
            assertThat(JSON.readValue(json, SessionSettings.class)).isEqualTo(settings);
        }
        assertThat(SessionSettings.threads(2).on(target).words()).isEqualTo("openvino:npu (precision=FP16), 2 threads");
        assertThat(target.libraries().get("openvino")).isEqualTo(Path.of("lib.so").toAbsolutePath().toString());
    }

    @Test
    void theProcessorTakesNoLibrariesAndNoOptions() {
        assertThat(Target.CPU.with(new TreeMap<>(Map.of("a", "b")), new TreeMap<>(Map.of("x", "y.so"))))
                .isEqualTo(Target.CPU);
    }
}
