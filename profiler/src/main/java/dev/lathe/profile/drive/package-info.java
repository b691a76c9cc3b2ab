/// Drives load: one harness that queues, batches and logs, under a real clock with threads or under a virtual one.
/// What is asked when, and what the log shows, is decided in `profile.load`; instances are handed in.
/// Start with [Harness], then [ThreadDrive] and [VirtualDrive].
@NullMarked
package dev.lathe.profile.drive;

import org.jspecify.annotations.NullMarked;
