/// The child process in which models run, and the protocol it speaks: length-prefixed JSON over a Unix domain socket.
/// Together with the backends this is the only place that loads an inference engine or ONNX's native library.
/// Start with [WorkerMain]; the parent's side of the wire is `dev.lathe.profile.WorkerProcess`.
@NullMarked
package dev.lathe.profile.worker;

import org.jspecify.annotations.NullMarked;
