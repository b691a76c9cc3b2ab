#!/bin/sh
# Whether a busy program beside a run is told as a caveat: one busy loop for each CPU, then `lathe measure`.
# usage: benchmarks/cpu-hog.sh [BUDGET]   (3s by default; LATHE names another lathe)
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
lathe=${LATHE:-$root/lathe}
folder=$(mktemp -d)
hogs=
cleanup() {
  for hog in $hogs; do kill "$hog" 2> /dev/null || true; done
  rm -rf "$folder"
}
trap cleanup EXIT
i=0
while [ "$i" -lt "$(getconf _NPROCESSORS_ONLN)" ]; do
  sh -c 'while :; do :; done' &
  hogs="$hogs $!"
  i=$((i + 1))
done
"$lathe" measure "$root/app/samples/digits.onnx" --threads 1 --batch 1 --budget "${1:-3s}" --workspace "$folder/workspace" \
  > "$folder/out" 2> "$folder/err" || { cat "$folder/err" >&2; exit 1; }
grep '^caveat' "$folder/out" || true
if grep -q 'other programs used' "$folder/out"; then
  echo "the hog is told"
else
  echo "the hog is not told" >&2
  exit 1
fi
