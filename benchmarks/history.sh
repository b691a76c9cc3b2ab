#!/bin/sh
# How long `./lathe history` takes, start-up included, on a workspace of RUNS runs with real plans and results: minimum, median, maximum in milliseconds.
# usage: benchmarks/history.sh [RUNS] [REPEATS]   (1000 and 21 by default; needs JAVA_HOME; after ./lathe has built the project)
set -eu
runs=${1:-1000}
repeats=${2:-21}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
java="${JAVA_HOME:?set JAVA_HOME to a JDK of 25 or later}/bin/java"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && "$root/lathe" auto --budget 2s --workspace "$folder/w" --out "$folder/bundle" --force >/dev/null 2>&1) || true
"$java" --enable-native-access=ALL-UNNAMED -cp "$root/app/target/lathe.jar" "$root/benchmarks/ManyRuns.java" "$folder/w" "$runs"

time_of() {
  i=0
  while [ "$i" -lt "$repeats" ]; do
    began=$(date +%s%N)
    "$root/lathe" "$@" --workspace "$folder/w" >"$folder/out"
    echo $(($(date +%s%N) - began))
    i=$((i + 1))
  done | sort -n | awk -v what="$*" '{ ns[NR] = $1 }
    END { printf "lathe %s: min %.0f ms, median %.0f ms, max %.0f ms, n %d\n", what, ns[1] / 1e6, ns[int((NR + 1) / 2)] / 1e6, ns[NR] / 1e6, NR }'
}

lines=$("$root/lathe" history --workspace "$folder/w" | wc -l)
echo "$((lines - 1)) runs, $(wc -c <"$folder/w/workbench.db") bytes"
time_of --version
time_of history
time_of history list --format json
time_of history list --state finished --model digits --since 1h
