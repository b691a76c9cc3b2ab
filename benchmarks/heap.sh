#!/bin/sh
# Whether optimizing adds at most 1.5 times the model to the heap: optimizes a model of 400 MB with a heap of 600 MB and of less.
# usage: benchmarks/heap.sh   (after ./lathe or mvn verify has built the project)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
java="${JAVA_HOME:?set JAVA_HOME to a JDK of 25 or later}/bin/java"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
flags="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
"$java" $flags -cp "$root/app/target/lathe.jar" "$root/benchmarks/LargeModel.java" 400 "$folder/large.onnx"
ls -l "$folder/large.onnx" | awk '{print "model bytes", $5}'
for recipe in clean dynamic-int8; do
  for heap in 600m 200m 100m 64m; do
    if "$java" $flags -Xmx$heap -cp "$root/app/target/lathe.jar" dev.lathe.app.cli.Main optimize "$folder/large.onnx" --recipe $recipe \
      --out "$folder/$recipe.onnx" --force --workspace "$folder/workspace" >/dev/null 2>"$folder/err"; then
      echo "$recipe with a heap of $heap: done"
    else
      echo "$recipe with a heap of $heap: failed: $(tail -n 1 "$folder/err" | cut -c1-160)"
    fi
  done
done
