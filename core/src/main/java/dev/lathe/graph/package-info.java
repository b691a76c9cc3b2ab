/// The ONNX model as immutable values: [Model], [Graph], [Node], [TensorData], and [GraphEdit], the only way to change one.
/// How a model is read from and written to files is in `dev.lathe.graph.onnx`; what it costs to run is elsewhere.
/// Start with [Model].
@NullMarked
package dev.lathe.graph;

import org.jspecify.annotations.NullMarked;
