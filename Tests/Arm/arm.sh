#!/usr/bin/env bash
# Every kernel as Arm runs it, under qemu: on processors without the dot product, with it, and with the matrix product; sums
# that every machine promises alike are compared with this machine's own. Says SKIPPED where a tool is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
for tool in clang aarch64-linux-gnu-gcc qemu-aarch64; do
    command -v "$tool" >/dev/null || { echo "SKIPPED: kernels on Arm: $tool is not to be had"; exit 0; }
done
out=.build/arm
rm -rf "$out"  # objects of files that are gone
mkdir -p "$out/here" "$out/there"
# The flags of SwiftPM's release builds.
compile() { clang -std=gnu11 -O2 -Wall -Werror -ISources/CKernels/include -ISources/CKernels -ITests/Arm "$@"; }
sources=(Sources/CKernels/*.c Tests/Arm/*.c)
export -f compile
export out
printf '%s\n' "${sources[@]}" | xargs -P 2 -I{} bash -euc '
    object=$(basename {} .c).o
    compile -c {} -o "$out/here/$object"
    compile --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include -c {} -o "$out/there/$object"'
clang "$out"/here/*.o -o "$out/here/kernels" -lm
aarch64-linux-gnu-gcc -static "$out"/there/*.o -o "$out/there/kernels" -lm

"$out/here/kernels" >"$out/here.txt"
# No dot product; the dot product; both, and what else qemu has.
expected=0
for cpu in cortex-a57 cortex-a76 max; do
    qemu-aarch64 -cpu "$cpu" "$out/there/kernels" >"$out/$cpu.txt"
    grep -qx "products of NEON: $expected" "$out/$cpu.txt" || { echo "$cpu: other products than $expected"; exit 1; }
    diff <(grep ^bits "$out/here.txt") <(grep ^bits "$out/$cpu.txt") || { echo "$cpu: other bits than here"; exit 1; }
    expected=$((expected + 1))
done
awk '/cases/ { families++; cases += $3 } END { print "kernels on Arm: " families " families, " cases " cases, 3 processors" }' "$out/max.txt"
