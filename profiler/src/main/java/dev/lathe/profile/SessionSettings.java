package dev.lathe.profile;

/// How a runtime runs a model. The names are ONNX Runtime's.
///
/// @param intraOpThreads threads that share one operator
/// @param interOpThreads threads that run operators side by side; used only when the execution is parallel
/// @param parallelExecution whether independent operators run side by side
/// @param spinning whether idle threads spin for work, which is faster alone and slower beside others
/// @param arena whether the arena allocator keeps memory between runs
/// @param memoryPattern whether the memory of one run is planned as one block
/// @param graphLevel `disable`, `basic`, `extended` or `all`
public record SessionSettings(int intraOpThreads, int interOpThreads, boolean parallelExecution, boolean spinning,
        boolean arena, boolean memoryPattern, String graphLevel) {

    /// ONNX Runtime's defaults, with this many threads.
    public static SessionSettings threads(int intraOpThreads) {
        return new SessionSettings(intraOpThreads, 1, false, true, true, true, "all");
    }
}
