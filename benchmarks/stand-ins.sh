#!/bin/sh
# INT8 against float on models of a size that the samples do not have: ResNet-50 and BERT-base (128 tokens), random weights.
# Writes them, makes static-int8 of the one and dynamic-int8 of the other, and measures both side by side.
# usage: benchmarks/stand-ins.sh [THREADS] [BUDGET]   (1 thread and 35s a model by default; needs JAVA_HOME and 2 GB of disk)
set -eu
threads=${1:-1} budget=${2:-35s}
root=$(cd "$(dirname "$0")/.." && pwd)
lathe=$root/lathe
"$lathe" detect > /dev/null # builds it if need be
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

one() {
  echo "== $1, $2, $threads thread(s)"
  "${JAVA_HOME:?set JAVA_HOME to a JDK of 25 or later}/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$root/app/target/lathe.jar" "$root/benchmarks/StandIns.java" "$1" "$folder/$1"
  "$lathe" optimize "$folder/$1/model.onnx" --recipe "$2" --data "$folder/$1/data.dataset.json" --out "$folder/$1/$2.onnx" \
    --workspace "$folder/workspace" > /dev/null 2>&1
  "$lathe" measure "$folder/$1/model.onnx" "$folder/$1/$2.onnx" --data "$folder/$1/data.dataset.json" --threads "$threads" --batch 1,4 \
    --budget "$budget" --workspace "$folder/workspace" 2> /dev/null
  rm -rf "${folder:?}/$1"
}

one resnet50 static-int8
one bert-base dynamic-int8
