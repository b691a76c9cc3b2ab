#!/bin/sh
# How long `./lathe detect` takes once built: minimum, median and maximum of wall time in milliseconds.
# Usage: benchmarks/startup.sh [RUNS]   (21 by default; uses hyperfine where it is installed)
set -eu
runs=${1:-21}
lathe=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)/lathe

"$lathe" detect > /dev/null # builds it if need be, and fills the page cache

if command -v hyperfine > /dev/null 2>&1; then
  times=$(mktemp)
  trap 'rm -f "$times"' EXIT
  hyperfine -N --warmup 1 --runs "$runs" --export-csv "$times" "'$lathe' detect" > /dev/null
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { printf "lathe detect: min %.0f ms, median %.0f ms, max %.0f ms\n", $at["min"] * 1e3, $at["median"] * 1e3, $at["max"] * 1e3 }' "$times"
else
  i=0
  while [ "$i" -lt "$runs" ]; do
    began=$(date +%s%N)
    "$lathe" detect > /dev/null
    echo $(($(date +%s%N) - began))
    i=$((i + 1))
  done | sort -n | awk '{ ns[NR] = $1 }
    END {
      median = NR % 2 ? ns[(NR + 1) / 2] : (ns[NR / 2] + ns[NR / 2 + 1]) / 2
      printf "lathe detect: min %.0f ms, median %.0f ms, max %.0f ms, n %d\n", ns[1] / 1e6, median / 1e6, ns[NR] / 1e6, NR
    }'
fi
