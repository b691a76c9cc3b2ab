#!/bin/sh
# The accuracy of pruned models against their time: MODEL DATA, a fraction of multiply-accumulates to remove after the other.
#   KEEP=curve benchmarks/prune-curve.sh app/samples/digits.onnx app/samples/digits.dataset.json 0.2 0.3 0.5
# For each fraction four variants: plain l1 (the same part of every group, nothing fitted), the same with fitting, what
# sensitivity and reconstruction choose without fitting, and with it. Scored on samples that nothing was learned on (the
# calibration samples of DATA are left out); "regained" is the part of what plain l1 loses. Then both cuts are timed against
# the model with nothing but the recipe clean done to it, in turns, one thread; fitting changes no shape, so no time.
# KEEP: folder for what was made, scored and timed; what is there is not done again. ROUND: widths are multiples of it (8).
# BUDGET: time to measure each fraction (30s; 0s: none). BEFORE_TIMING: a command that runs the one behind it on a quiet machine.
set -eu
[ $# -ge 3 ] || { sed -n '2,10s/^# *//p' "$0"; exit 2; }
model=$1 data=$2
shift 2
lathe=${LATHE:-"$(dirname "$0")/../lathe"}
budget=${BUDGET:-30s}
round=${ROUND:-8}
folder=${KEEP:-$(mktemp -d)}
[ -n "${KEEP:-}" ] || trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"

field() { awk -v key="$1" '$1 == key { print $2; exit }'; }

# Runs a command unless the file named first is there; that appears whole or not at all.
once() {
    made=$1
    shift
    [ -s "$made" ] || { "$@" > "$made.part" 2> "$made.log" && mv "$made.part" "$made"; } || {
        cat "$made.log" >&2
        exit 1
    }
}

# A variant's file, report and score: NAME, then what optimize is told beyond the recipe clean.
variant() {
    name=$1
    shift
    once "$folder/$name.report" $lathe optimize "$model" --recipe clean "$@" --data "$data" --out "$folder/$name.onnx" --force
    once "$folder/$name.score" $lathe evaluate "$folder/$name.onnx" --data "$data" --against "$model"
}

# Ratio of times with its interval: NAME, COMPARISON.
ratio() {
    [ -s "$2" ] || { echo "-"; return; }
    sed -n "s/.*\"event\":\"measurement\",\"name\":\"$1\".*\"ratioToOriginal\":{\"value\":\([0-9.]*\),\"low\":\([0-9.]*\),\"high\":\([0-9.]*\).*/\1 \2 \3/p" "$2" |
        awk '{ printf "%.2f [%.2f, %.2f]\n", $1, $2, $3 }'
}

once "$folder/original.score" $lathe evaluate "$model" --data "$data"
metric=$(awk 'NF > 2 && $1 != "drop" { print $1; exit }' "$folder/original.score")
original=$(field "$metric" < "$folder/original.score")
variant clean
printf '%-6s %-15s %8s %8s %9s %10s %9s %10s  %s\n' asked variant removed "$metric" regained agreement sqnr bytes "time ratio [low, high]"
printf '%-6s %-15s %8s %8s %9s %10s %9s %10s  %s\n' - original - "$original" - 1 - "$(wc -c < "$folder/clean.onnx")" 1
for macs in "$@"; do
    prune="prune-channels:macs=$macs,round-to=$round"
    variant "l1-$macs" --pass "$prune,uniform=true,importance=l1,recovery=false"
    variant "l1-fitted-$macs" --pass "$prune,uniform=true,importance=l1"
    variant "chosen-$macs" --pass "$prune,recovery=false"
    variant "chosen-fitted-$macs" --pass "$prune"
    [ "$budget" = 0s ] || once "$folder/$macs.times" ${BEFORE_TIMING:-} $lathe compare "$folder/clean.onnx" \
        "$folder/l1-fitted-$macs.onnx" "$folder/chosen-fitted-$macs.onnx" --data "$data" --threads 1 --budget "$budget" --format json
    lost=$(field "$metric" < "$folder/l1-$macs.score")
    for cut in l1 chosen; do
        for kind in "$cut" "$cut-fitted"; do
            score=$(field "$metric" < "$folder/$kind-$macs.score")
            removed=$(sed -n 's/.*prune-channels: \([0-9]*\) % of the multiply.*/\1 %/p' "$folder/$kind-$macs.report")
            regained=$(echo "$original $lost $score" | awk '{ if ($1 > $2) printf "%.0f %%", 100 * ($3 - $2) / ($1 - $2); else print "-" }')
            printf '%-6s %-15s %8s %8s %9s %10s %9s %10s  %s\n' "$macs" "$kind" "$removed" "$score" "$regained" \
                "$(field agreement < "$folder/$kind-$macs.score")" "$(field sqnr < "$folder/$kind-$macs.score")" \
                "$(wc -c < "$folder/$kind-$macs.onnx")" "$(ratio "$cut-fitted-$macs" "$folder/$macs.times")"
        done
    done
done
