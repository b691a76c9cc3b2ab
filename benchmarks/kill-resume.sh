#!/bin/sh
# Kills a measurement with kill -9 at random moments of its life, gives the same command again, and looks whether every raw sample that was
# there after the kill is still there, as it was, once the run has finished.
# usage: benchmarks/kill-resume.sh [N] [SEED]   (20 and 1 by default; after ./lathe or mvn verify has built the project)
# A moment is counted from the first line of progress, since before that there is no run. Exit code 1 if a sample was lost, a run did not finish,
# or a second run was made of one that should have been gone on with.
set -eu
kills=${1:-20}
seed=${2:-1}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
workspace=$folder/workspace

lathe() { "$root/lathe" "$@" --workspace "$workspace"; }

# exec, so that the process that is killed is Java and not a shell before it. Each budget makes a run of its own.
measure() {
  exec "$root/lathe" measure "$root/app/samples/digits.onnx" --threads 1 --batch 1,4 --budget "$1" --workspace "$workspace" >"$folder/out" 2>&1
}

# Waits until process $1 says that it measures, or has ended.
begun() {
  until grep -q '%  starting' "$folder/out" || ! kill -0 "$1" 2>/dev/null; do sleep 0.02; done
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# "name state" of each run, the newest first.
runs() { lathe history list --format json | sed 's/.*"run":"\([^"]*\)".*"state":"\([^"]*\)".*/\1 \2/' >"$folder/runs"; }

# The raw samples of run $1 as sorted lines in $2; none where it had measured nothing.
samples() {
  : >"$2"
  if lathe history export "$1" --out "$folder/samples.csv" --force >/dev/null 2>"$folder/err"; then
    tail -n +2 "$folder/samples.csv" | sort >"$2"
  else
    grep -q 'has measured nothing' "$folder/err" || { cat "$folder/err"; exit 1; }
  fi
}

blocks() { cut -d, -f2-6 "$1" | sort -u | wc -l; }

: >"$folder/out"
(measure 2s) &
begun $!
began=$(milliseconds)
wait $! || { cat "$folder/out"; exit 1; }
total=$(($(milliseconds) - began))
echo "an undisturbed run takes $total ms; killing $kills at random moments of it, seed $seed"

failed=0
lostall=0
known=1
i=0
for moment in $(awk -v n="$kills" -v seed="$seed" -v total="$total" 'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "%d\n", rand() * total }'); do
  i=$((i + 1))
  budget=$((2000 + i))ms
  : >"$folder/out"
  (measure "$budget") &
  pid=$!
  begun "$pid"
  sleep "$(awk -v ms="$moment" 'BEGIN { printf "%.3f", ms / 1000 }')"
  kill -9 "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  runs
  run=$(head -n 1 "$folder/runs" | cut -d' ' -f1)
  was=$(head -n 1 "$folder/runs" | cut -d' ' -f2)
  samples "$run" "$folder/before"
  (measure "$budget") || { cat "$folder/out"; failed=1; }
  samples "$run" "$folder/after"
  runs
  lost=$(comm -23 "$folder/before" "$folder/after" | wc -l)
  lostall=$((lostall + lost))
  state=$(sed -n "s/^$run //p" "$folder/runs")
  extra=$(($(wc -l <"$folder/runs") - known))
  known=$((known + extra))
  # one that had finished before it was killed is not gone on with: the same command measures anew
  [ "$was" = finished ] && extra=$((extra - 1))
  echo "kill $i at $moment ms: run $was, blocks before $(blocks "$folder/before"), blocks after resume $(blocks "$folder/after"), now $state, lost=$lost"
  if [ "$lost" -ne 0 ] || [ "$state" != finished ] || [ "$extra" -ne 1 ]; then failed=1; fi
done
echo "$kills kills, seed $seed: lost=$lostall$([ "$failed" -eq 0 ] || echo ', FAILED')"
exit "$failed"
