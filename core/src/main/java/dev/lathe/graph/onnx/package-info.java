/// Reads and writes ONNX files, and wraps ONNX's own checker, shape inference and opset converter.
/// The only place that knows ONNX's protobuf or its native library; the latter is called in workers alone.
/// Start with [OnnxReader].
@NullMarked
package dev.lathe.graph.onnx;

import org.jspecify.annotations.NullMarked;
