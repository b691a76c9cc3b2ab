package dev.lathe.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a runtime runs a model. The names are ONNX Runtime's.
///
/// @param intraOpThreads threads that share one operator
/// @param interOpThreads threads that run operators side by side; used only when the execution is parallel
/// @param parallelExecution whether independent operators run side by side
/// @param spinning whether idle threads spin for work, which is faster alone and slower beside others
/// @param arena whether the arena allocator keeps memory between runs
/// @param memoryPattern whether the memory of one run is planned as one block
/// @param graphLevel `disable`, `basic`, `extended` or `all`
/// @param elsewhere where it runs, unless on the processor: then empty, and not written, so that plans kept by earlier
///     versions stay equal
public record SessionSettings(int intraOpThreads, int interOpThreads, boolean parallelExecution, boolean spinning,
        boolean arena, boolean memoryPattern, String graphLevel,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Target> elsewhere) {
    /// The levels of graph optimization that a runtime knows.
    public static final List<String> GRAPH_LEVELS = List.of("disable", "basic", "extended", "all");

    /// On the processor.
    public SessionSettings(int intraOpThreads, int interOpThreads, boolean parallelExecution, boolean spinning,
            boolean arena, boolean memoryPattern, String graphLevel) {
        this(intraOpThreads, interOpThreads, parallelExecution, spinning, arena, memoryPattern, graphLevel,
                Optional.empty());
    }

    /// ONNX Runtime's defaults, with this many threads.
    public static SessionSettings threads(int intraOpThreads) {
        return new SessionSettings(intraOpThreads, 1, false, true, true, true, "all");
    }

    /// The same on another target.
    public SessionSettings on(Target target) {
        return new SessionSettings(intraOpThreads, interOpThreads, parallelExecution, spinning, arena, memoryPattern,
                graphLevel, target.isCpu() ? Optional.empty() : Optional.of(target));
    }

    /// The same with all optimizations of graphs that keep every value nameable, for looking inside of a model.
    SessionSettings basic() {
        return new SessionSettings(intraOpThreads, 1, false, false, true, true, "basic");
    }

    /// Where it runs.
    public Target target() {
        return elsewhere.orElse(Target.CPU);
    }

    /// The threads that may be busy at the same time.
    public int busyThreads() {
        return parallelExecution ? Math.max(intraOpThreads, interOpThreads) : intraOpThreads;
    }

    /// In words, defaults left out: "2 threads, no spinning".
    public String words() {
        List<String> parts = new ArrayList<>();
        elsewhere.ifPresent(target -> parts.add(target.words()));
        parts.add(intraOpThreads == 1 ? "1 thread" : intraOpThreads + " threads");
        if (parallelExecution) {
            parts.add("parallel by " + interOpThreads);
        }
        if (!spinning) {
            parts.add("no spinning");
        }
        if (!arena) {
            parts.add("no arena");
        }
        if (!memoryPattern) {
            parts.add("no memory pattern");
        }
        if (!graphLevel.equals("all")) {
            parts.add("graph " + graphLevel);
        }
        return String.join(", ", parts);
    }
}
