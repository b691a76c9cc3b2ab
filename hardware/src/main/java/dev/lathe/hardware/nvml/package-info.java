/// NVIDIA's management library (NVML), called through the foreign-function interface, without any code of NVIDIA's being shipped.
/// Nothing here runs a model, and nothing decides what to believe; a machine without the library costs one failed look-up.
/// Start with [NvmlLibrary#open()].
@NullMarked
package dev.lathe.hardware.nvml;

import org.jspecify.annotations.NullMarked;
