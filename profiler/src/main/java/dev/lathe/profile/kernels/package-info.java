/// What this machine's kernels are fast at: small models of one or two operators, timed in a worker. What comes out are facts
/// of a machine and a runtime, kept in files; operators of a user's model are timed in [dev.lathe.profile.operators], and
/// latencies measured by [dev.lathe.profile.Bench]. Start with [WidthStore].
@NullMarked
package dev.lathe.profile.kernels;

import org.jspecify.annotations.NullMarked;
