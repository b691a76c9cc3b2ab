package dev.lathe.profile.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lathe.base.Cancellation;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Reading;
import dev.lathe.profile.Target;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.operators.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetProbeTest {
    /// A plugin library that is one, and has no device to offer.
    private static final String STUB = """
            #include <stddef.h>
            void *CreateEpFactories(const char *name, const void *api, const void *logger, void **factories, size_t most,
                                    size_t *count) {
              *count = 0;
              return NULL;
            }
            void *ReleaseEpFactory(void *factory) { return NULL; }
            """;

    @TempDir
    Path folder;

    private WorkerSettings workers() {
        return WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"), "onnxruntime");
    }

    private TargetProbe probe() {
        return new TargetProbe(workers(), new Cancellation());
    }

    private TargetProbe.Answer ask(Path library) {
        return probe().ask(new TreeMap<>(Map.of("mine", library.toString())));
    }

    private Optional<Path> compiled(String name, String source) throws IOException, InterruptedException {
        Path code = folder.resolve(name + ".c");
        Files.writeString(code, source);
        Path library = folder.resolve(name + ".so");
        try {
            Process cc = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), code.toString())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return cc.waitFor(60, TimeUnit.SECONDS) && cc.exitValue() == 0 ? Optional.of(library) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    @Test
    void runsAllNodesOfTheProbeModelOnTheProcessor() {
        TargetProbe.Answer answer = probe().ask(new TreeMap<>());
        assertThat(answer.version()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(answer.offer().providers()).contains("CPUExecutionProvider");
        assertThat(answer.offer().devices()).anySatisfy(d -> {
            assertThat(d.provider()).isEqualTo("CPUExecutionProvider");
            assertThat(d.kind()).isEqualTo("cpu");
        });
        Placement placement = probe().run(Target.CPU);
        assertThat(placement.placed()).isEqualTo(3);
        assertThat(placement.nodes()).isEqualTo(3);
    }

    @Test
    void aProviderThatIsNotThereIsNotAvailable() {
        assertThatThrownBy(() -> probe().run(Target.named("cuda"))).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problems().getFirst().code()).isEqualTo("not-available"));
        assertThatThrownBy(() -> probe().run(Target.named("tensorr")))
                .hasMessageContaining(
                        "tensorr: ONNX Runtime knows no execution provider of this name. Did you mean tensorrt?");
    }

    @Test
    void aLibraryThatDoesNotExistIsAProblem() {
        Path missing = folder.resolve("missing.so");
        assertThatThrownBy(() -> ask(missing)).isInstanceOf(ProblemException.class).hasMessageContaining(missing
                + ": there is no such plugin library. Give the file of an execution provider with --ep-library NAME=FILE.");
    }

    @Test
    void aTextFileIsNoLibrary() throws Exception {
        Path text = folder.resolve("text.so");
        Files.writeString(text, "this is a text");
        assertThatThrownBy(() -> ask(text)).isInstanceOf(ProblemException.class)
                .hasMessageContaining(text + ": the file is no library that can be loaded here (")
                .hasMessageContaining("Give a library for " + System.getProperty("os.name"));
    }

    @Test
    void aLibraryOfSomethingElseIsNoPlugin() throws Exception {
        Optional<Path> library = compiled("other", "int answer(void) { return 42; }\n");
        assumeTrue(library.isPresent(), "no C compiler here");
        assertThatThrownBy(() -> ask(library.get())).hasMessageContaining(library.get()
                + ": the library holds no execution provider (it has no CreateEpFactories). Give the plugin library of an"
                + " execution provider, not one it is linked with.");
    }

    @Test
    void aPluginThatOffersNoDeviceIsAProblem() throws Exception {
        Optional<Path> library = compiled("stub", STUB);
        assumeTrue(library.isPresent(), "no C compiler here");
        assertThatThrownBy(() -> ask(library.get())).hasMessageContaining(library.get()
                + ": the plugin library is loaded and offers no device on this machine. Look with `lathe detect` whether"
                + " its device is here and its driver works.");
    }

    @Test
    void aPluginThatCrashesEndsItsWorkerAlone() throws Exception {
        Optional<Path> library = compiled("crash", STUB.replace("*count = 0;", "*(volatile int *)0 = 1;"));
        assumeTrue(library.isPresent(), "no C compiler here");
        assertThatThrownBy(() -> ask(library.get())).isInstanceOf(ProblemException.class)
                .hasMessageContaining("the worker ended with status");
        assertThat(probe().run(Target.CPU).placed()).isEqualTo(3);
    }

    @Test
    void takesTheUsersOwnBuildOfTheRuntime() throws Exception {
        probe().ask(new TreeMap<>());
        Path unpacked;
        try (Stream<Path> folders = Files.list(folder.resolve("cache"))) {
            unpacked = folders.filter(f -> f.getFileName().toString().startsWith("onnxruntime-")).findFirst()
                    .orElseThrow();
        }
        Path home = Files.createDirectories(folder.resolve("own"));
        Path lib = Files.createDirectories(home.resolve("lib"));
        Files.copy(unpacked.resolve(System.mapLibraryName("onnxruntime")),
                lib.resolve(System.mapLibraryName("onnxruntime")));
        // without a binding of its own, as a build without Java
        TargetProbe own = new TargetProbe(workers().withRuntime(Optional.of(home)), new Cancellation());
        assertThat(own.ask(new TreeMap<>()).offer().providers()).contains("CPUExecutionProvider");
        assertThat(own.run(Target.CPU).placed()).isEqualTo(3);
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() -> new TargetProbe(workers().withRuntime(Optional.of(empty)), new Cancellation())
                .ask(new TreeMap<>())).hasMessageContaining(
                        empty + ": there is no " + System.mapLibraryName("onnxruntime") + " in this folder");
    }

    @Test
    void tellsOfAnotherEngineWhetherItIsThere() {
        assertThat(probe().version("pytorch")).isInstanceOf(Reading.Known.class);
        assertThat(List.of(probe().version("abacus"))).first().isInstanceOf(Reading.Unknown.class);
    }
}
