#!/bin/bash
# What static quantization costs by method: wall and CPU seconds of the whole command, start included, and peak resident
# memory of its two processes, in a workspace that knows nothing yet; then once more, with the statistics kept.
# Usage: benchmarks/calibration.sh MODEL.onnx DATA.dataset.json [METHOD...]
set -eu
model=$1 data=$2
shift 2
methods=${*:-min-max moving-average percentile entropy mse auto best}
lathe=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)/lathe
"$lathe" detect > /dev/null # builds it if need be
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}

recipe() {
  sed 's/{"pass": "quantize-static"}/{"pass": "quantize-static", "options": {"method": "'"$1"'", "operators": "all"}}/' \
    "$(dirname "$lathe")/optimizer/src/main/resources/dev/lathe/optimize/recipes/static-int8.json" > "$folder/recipe.json"
}

# peak resident memory of a process and its children, by the kernel's own high-water mark, as far as it was seen
watch() {
  while kill -0 "$1" 2> /dev/null; do
    for pid in "$1" $(cat "/proc/$1/task/"*/children 2> /dev/null); do
      name=$([ "$pid" = "$1" ] && echo program || echo worker)
      sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/'"$name"' \1/p' "/proc/$pid/status" 2> /dev/null || :
    done >> "$folder/peaks"
    sleep 0.05
  done
}

once() {
  : > "$folder/peaks"
  TIMEFORMAT='%R %U %S'
  { time { "$lathe" optimize "$model" --data "$data" --recipe "$folder/recipe.json" --workspace "$folder/workspace" \
    --out "$folder/out.onnx" --force > "$folder/log" 2>&1 & program=$!; watch "$program" & wait "$program"; }; } 2> "$folder/times"
  awk -v method="$1" 'FNR == NR { if ($2 > peak[$1]) peak[$1] = $2; next }
    { printf "%-24s %7.2f s wall %7.2f s CPU   program %5.0f MB, worker %5.0f MB\n", method, $1, $2 + $3,
        peak["program"] / 1024, peak["worker"] / 1024 }' "$folder/peaks" "$folder/times"
}

for method in $methods; do
  recipe "$method"
  rm -rf "$folder/workspace"
  once "$method"
  rm -rf "$folder"/workspace/variants "$folder"/workspace/workbench.db*
  once "$method, kept"
done
