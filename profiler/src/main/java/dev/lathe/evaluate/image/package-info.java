/// Pictures: decoding, resizing as Pillow's BILINEAR does, cropping, and turning pixels into a model's tensor.
/// Which pictures there are and what they show is in `dev.lathe.evaluate`; only `javax.imageio` is used, no native codec.
/// Start with [ImageSteps].
@NullMarked
package dev.lathe.evaluate.image;

import org.jspecify.annotations.NullMarked;
