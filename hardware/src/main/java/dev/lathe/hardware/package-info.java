/// The machine as it is: processors, memory, the limits set on us, and for every fact where it was read or why it was not.
/// What a single source of truth says is read in `dev.lathe.hardware.probe`; whether an inference engine can use a device is the profiler's to find out. The package
/// holds a few types more than the house rule, because a machine has that many parts and each is one small file.
/// Start with [Machine#detect(Host)], which needs nothing but a [Host], or [Detection#of(Host)] for what was looked at on the way.
@NullMarked
package dev.lathe.hardware;

import org.jspecify.annotations.NullMarked;
