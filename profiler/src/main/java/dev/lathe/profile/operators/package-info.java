/// What a model's operators cost: time and placement from the runtime's own profile, work from the graph that really ran,
/// and which of this machine's measured ceilings each operator meets. Nothing here is a latency: profiling slows a session
/// down, so latencies come from [dev.lathe.profile.Bench]. Start with [OperatorProfiler].
@NullMarked
package dev.lathe.profile.operators;

import org.jspecify.annotations.NullMarked;
