#!/bin/bash
# fuzz.sh BINARY SECONDS [TARGET…]: runs each target for so long from its corpus; a finding fails, and its input is kept.
set -uo pipefail
binary=$1 seconds=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=($(ls "$here/Corpora"))
# The backtracer would wait for a terminal, and libFuzzer says enough.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:symbolize=0
failed=0
for target in "${targets[@]}"; do
  found=state/fuzz/$target
  mkdir -p "$found/corpus"
  if KINGLET_FUZZ_TARGET=$target timeout -k 5 $((seconds + 900)) "$binary" "$found/corpus" "$here/Corpora/$target" \
    -max_total_time="$seconds" -timeout=300 -rss_limit_mb=4096 -max_len=8192 -artifact_prefix="$found/" \
    </dev/null >"$found/log" 2>&1; then
    echo "$target: $(grep -E '^Done' "$found/log")"
  else
    failed=1
    echo "$target: FAILED, input and log in $found; copy the input to Tests/Fuzz/Corpora/$target/finding-NAME"
    grep -E '^finding:|Fatal error|SUMMARY|ERROR: ' "$found/log"
  fi
done
exit $failed
