/// What can be told about a model by reading it: size, signature, weights, operators, multiply-accumulate operations.
/// Nothing here runs a model or infers shapes: what the shapes do not tell is unknown and says why.
/// Start with [ModelSummary].
@NullMarked
package dev.lathe.graph.inspect;

import org.jspecify.annotations.NullMarked;
