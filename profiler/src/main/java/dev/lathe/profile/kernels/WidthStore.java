package dev.lathe.profile.kernels;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.base.WholeFile;

import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.kernels.KernelWidths.Timed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Keeps measured [KernelWidths]: one file for each machine, number of threads and version of the runtime.
///
/// @param folder where the files are; made when it is first needed
public record WidthStore(Path folder) {
    /// Raised when the tests change, so that old figures are measured again.
    private static final String VERSION = "1";
    private static final JsonMapper JSON = new JsonMapper();

    /// The widths that are kept, or freshly measured ones.
    ///
    /// @param machine what tells machines apart, see `Machine.fingerprint()`
    /// @param runtime the runtime's name and version
    /// @throws dev.lathe.base.ProblemException if no worker can be started
    public KernelWidths of(String machine, String runtime, WorkerSettings workers, SessionSettings session,
            Cancellation cancellation, Progress.Listener progress) {
        Path file = file(machine, runtime, session);
        return read(file).orElseGet(() -> {
            KernelWidths measured = new WidthBench(workers, session, cancellation).measure(runtime, progress);
            write(file, measured);
            return measured;
        });
    }

    Path file(String machine, String runtime, SessionSettings session) {
        return folder.resolve("widths-" + Sha256.ofText(String.join("\n", VERSION, machine, runtime,
                String.valueOf(session.intraOpThreads()))).substring(0, 16) + ".json");
    }

    /// What a file holds; nothing if it is not there, or is broken: then it is measured again.
    static Optional<KernelWidths> read(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(widths(JSON.readTree(Files.readString(file))))
                    : Optional.empty();
        } catch (IOException | JacksonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    static void write(Path file, KernelWidths widths) {
        try {
            WholeFile.write(file, json(widths).toString());
        } catch (IOException _) {
            // kept nowhere, they are measured again the next time
        }
    }

    private static ObjectNode json(KernelWidths widths) {
        ObjectNode node = JSON.createObjectNode().put("threads", widths.threads()).put("runtime", widths.runtime())
                .put("measuredAt", widths.measuredAt());
        node.set("float32", json(widths.float32()));
        node.set("int8", json(widths.int8()));
        return node;
    }

    private static ObjectNode json(Reading<List<Timed>> reading) {
        ObjectNode node = JSON.createObjectNode();
        switch (reading) {
            case Reading.Unknown<List<Timed>>(String why) -> node.put("reason", why);
            case Reading.Known<List<Timed>>(List<Timed> times, String source) -> {
                var all = node.put("source", source).putArray("times");
                times.forEach(t -> all.addObject().put("operator", t.operator()).put("width", t.width())
                        .put("ns", t.ns()));
            }
        }
        return node;
    }

    /// @throws IllegalArgumentException if they are incomplete
    private static KernelWidths widths(JsonNode node) {
        return new KernelWidths(node.path("threads").asInt(0), node.path("runtime").asString(""),
                times(node.path("float32")), times(node.path("int8")), node.path("measuredAt").asString(""));
    }

    private static Reading<List<Timed>> times(JsonNode node) {
        if (!node.path("times").isArray()) {
            return Reading.unknown(node.path("reason").asString("not measured"));
        }
        List<Timed> times = new ArrayList<>();
        node.path("times").forEach(t -> times.add(new Timed(t.path("operator").asString(""),
                t.path("width").asInt(0), t.path("ns").asDouble(0))));
        KernelWidths.multiple(times);
        return Reading.known(times, node.path("source").asString(""));
    }
}
