package dev.lathe.export;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.List;

/// How the model is to be served: what a server's configuration says.
///
/// @param maxBatch the largest batch the server may form, at least 1
/// @param preferredBatchSizes batch sizes to run at once when they can be formed, each in 1..maxBatch; may be empty
/// @param maxQueueDelayMicros how long a request may wait for others, in microseconds
/// @param intraOpThreads threads of one instance, at least 1: a server's own default is every core it sees
/// @param instances instances of the model on one machine, at least 1
/// @param target the id of what runs it, for example `cpu`
public record ServingChoice(int maxBatch, List<Integer> preferredBatchSizes, long maxQueueDelayMicros,
        int intraOpThreads, int instances, String target) {

    /// Copies the list.
    public ServingChoice {
        preferredBatchSizes = List.copyOf(preferredBatchSizes);
    }

    /// What is out of range here; the same for every format.
    public List<Problem> check() {
        List<Problem> problems = new ArrayList<>();
        atLeast(problems, "maxBatch", maxBatch, 1);
        atLeast(problems, "maxQueueDelayMicros", maxQueueDelayMicros, 0);
        atLeast(problems, "intraOpThreads", intraOpThreads, 1);
        atLeast(problems, "instances", instances, 1);
        for (int size : preferredBatchSizes) {
            if (size < 1 || size > maxBatch) {
                problems.add(Problem.error("serving-out-of-range", "Serving plan",
                        "preferred batch size " + size + " lies outside 1.." + maxBatch,
                        "Prefer sizes up to the largest batch, or raise the largest batch."));
            }
        }
        return List.copyOf(problems);
    }

    private static void atLeast(List<Problem> problems, String name, long value, long least) {
        if (value < least) {
            problems.add(Problem.error("serving-out-of-range", "Serving plan",
                    name + " is " + value + ", and must be at least " + least, "Correct the plan."));
        }
    }
}
