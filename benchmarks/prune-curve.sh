#!/bin/sh
# The accuracy of pruned models: MODEL DATA, a fraction of multiply-accumulates to remove after the other.
#   benchmarks/prune-curve.sh app/samples/digits.onnx app/samples/digits.dataset.json 0.2 0.3 0.5
# For each fraction four variants: plain l1 (the same part of every group, nothing fitted), the same with fitting, what
# sensitivity and reconstruction choose without fitting, and with it. Widths are multiples of 8, whatever the machine likes.
# Scored on samples that nothing was learned on.
set -eu
[ $# -ge 3 ] || { sed -n '2,6s/^# *//p' "$0"; exit 2; }
model=$1 data=$2
shift 2
lathe=${LATHE:-"$(dirname "$0")/../lathe"}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
score() {
    $lathe evaluate "$1" --data "$data" --against "$model" 2>/dev/null
}
field() { awk -v key="$1" '$1 == key { print $2; exit }'; }
printf '%-8s %-22s %8s %8s %10s %9s %10s\n' asked variant removed score agreement sqnr bytes
score "$model" > "$folder/original" || true
metric=$(awk 'NF > 2 && $1 != "drop" { print $1; exit }' "$folder/original")
printf '%-8s %-22s %8s %8s %10s %9s %10s\n' - original - "$(field "$metric" < "$folder/original")" 1 - \
    "$(wc -c < "$model")"
for macs in "$@"; do
    for variant in "plain l1:uniform=true,importance=l1,recovery=false" "l1 fitted:uniform=true,importance=l1" \
        "chosen:recovery=false" "chosen, fitted:recovery=true"; do
        out=$folder/pruned.onnx
        $lathe optimize "$model" --recipe clean --pass "prune-channels:macs=$macs,round-to=8,${variant#*:}" --data "$data" \
            --out "$out" --force > "$folder/report" 2>/dev/null
        removed=$(sed -n 's/.*prune-channels: \([0-9]*\) % of the multiply.*/\1 %/p' "$folder/report")
        score "$out" > "$folder/scores"
        printf '%-8s %-22s %8s %8s %10s %9s %10s\n' "$macs" "${variant%%:*}" "$removed" \
            "$(field "$metric" < "$folder/scores")" "$(field agreement < "$folder/scores")" \
            "$(field sqnr < "$folder/scores")" "$(wc -c < "$out")"
    done
done
