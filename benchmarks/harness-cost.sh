#!/bin/sh
# What the profiler's timed loop costs against a bare loop of OrtSession.run with pinned outputs, interleaved in one process.
# usage: benchmarks/harness-cost.sh MODEL.onnx...   (after ./lathe or mvn verify has built the project; float models)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
exec "${JAVA_HOME:?set JAVA_HOME to a JDK of 25 or later}/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xss8m \
  -XX:+UseSerialGC -cp "$root/app/target/lathe.jar" "$root/benchmarks/HarnessCost.java" "$@"
