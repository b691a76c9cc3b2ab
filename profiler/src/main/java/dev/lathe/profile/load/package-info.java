/// Load on a model: who asks when, the harness that queues, batches and clocks the queries, and what its raw log shows.
/// Pure: no model, process or thread is named here; a driver brings instances and a clock, real or virtual.
/// Start with [Scenario] and [LoadPlan] for the question, [LoadResult] for the answer, [HighestRate] for the limit.
@NullMarked
package dev.lathe.profile.load;

import org.jspecify.annotations.NullMarked;
