/// Tensors as values in native byte order, and the pack file that hands many of them to another process without copying.
/// What the numbers mean and where they come from is in `dev.lathe.evaluate`; running models on them is the workers' affair.
/// Start with [Tensor], then [TensorPack].
@NullMarked
package dev.lathe.profile.tensor;

import org.jspecify.annotations.NullMarked;
