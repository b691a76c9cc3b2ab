package dev.lathe.profile.worker;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.profile.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The main class of a worker: connects to its parent, answers requests one at a time, ends when the connection ends, so
/// that a parent that was killed leaves no orphan.
public final class WorkerMain {
    private WorkerMain() {}

    /// Serves one parent.
    ///
    /// @param args the path of the parent's socket
    public static void main(String[] args) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(args[0]));
        try (Wire wire = new Wire(channel); Verbs verbs = new Verbs(fraction -> progress(wire, fraction))) {
            while (true) {
                wire.send(answer(verbs, wire.receive()));
            }
        } catch (EOFException _) {
            // the parent is done with this worker, or gone: native pools must not keep the process
            Runtime.getRuntime().halt(0);
        }
    }

    private static void progress(Wire wire, double fraction) {
        try {
            wire.send(Wire.object().put("progress", fraction));
        } catch (IOException _) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static ObjectNode answer(Verbs verbs, JsonNode request) {
        ObjectNode answer = Wire.object();
        try {
            if (request.path("v").asInt() != Wire.VERSION) {
                throw new IllegalStateException(
                        "protocol version " + request.path("v") + ", this worker speaks " + Wire.VERSION);
            }
            answer.set("result", verbs.answer(request));
        } catch (ProblemException e) {
            answer.set("problems", Wire.write(e.problems()));
        } catch (OutOfMemoryError e) {
            answer.set("problems", Wire.write(List.of(Problem.error("worker-memory", "",
                    "the worker ran out of memory (" + e.getMessage() + ")",
                    "Use a smaller batch or fewer samples."))));
        } catch (UnsatisfiedLinkError e) {
            answer.set("problems", Wire.write(List.of(Problem.error("runtime-unusable", "",
                    "a native library does not load (" + e.getMessage() + ")",
                    "A build given with --ort-home must be of the version of the Java binding that comes along, or have one of"
                            + " its own (--build_java)."))));
        } catch (RuntimeException | LinkageError e) {
            answer.set("problems", Wire.write(List.of(Problem.error("worker-failed", "",
                    "the worker failed at " + request.path("verb").asString() + " (" + e + ")",
                    "Run again with --verbose and report it."))));
            e.printStackTrace(System.err); // the worker's stderr is the parent's log
        }
        return answer;
    }
}
