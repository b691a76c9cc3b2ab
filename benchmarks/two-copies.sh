#!/bin/sh
# How often two copies of one model are told apart that are the same: `lathe compare` N times, each in a run of its own.
# usage: benchmarks/two-copies.sh [N] [BUDGET] [MODEL.onnx]   (100, 5s and the sample by default; LATHE names another lathe)
# Ends with 1 if fewer than 89 of 100 runs say "no difference shown": 95 % intervals allow for 5, chance for some more.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
lathe=${LATHE:-$root/lathe}
runs=${1:-100}
budget=${2:-5s}
model=${3:-$root/app/samples/digits.onnx}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$model" "$folder/one.onnx"
cp "$model" "$folder/other.onnx"
alike=0
i=0
while [ "$i" -lt "$runs" ]; do
  i=$((i + 1))
  "$lathe" compare "$folder/one.onnx" "$folder/other.onnx" --budget "$budget" --format json --workspace "$folder/workspace" \
    > "$folder/out" 2> "$folder/err" || { cat "$folder/err" >&2; exit 1; }
  words=$(sed -n 's/.*"pairs":\[{[^]]*"verdict":"\([^"]*\)".*/\1/p' "$folder/out")
  caveats=$(grep -o '"code":"[a-z-]*"' "$folder/out" | sed 's/"code":"\(.*\)"/\1/' | sort -u | tr '\n' ' ')
  case $words in "no difference shown"*) alike=$((alike + 1)) ;; esac
  printf '%3d of %d: %s   %s\n' "$i" "$runs" "$words" "${caveats:+($caveats)}"
done
echo "no difference shown in $alike of $runs"
[ $((alike * 100)) -ge $((runs * 89)) ]
