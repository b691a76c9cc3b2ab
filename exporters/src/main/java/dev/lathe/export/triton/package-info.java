/// Writes a model repository for NVIDIA Triton Inference Server and knows the rules by which Triton refuses one.
/// The bundle around it and the sample requests are not here. Start at [dev.lathe.export.triton.TritonExporter].
/// Nothing outside this package speaks Triton's schema, whose classes are generated into it.
@NullMarked
package dev.lathe.export.triton;

import org.jspecify.annotations.NullMarked;
