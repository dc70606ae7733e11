#!/bin/sh
# Builds the targets and runs each for so many seconds: run.sh SECONDS [TARGET …]. What is found lies in target/fuzz; to see
# one again: FUZZ_TARGET=dates target/debug/furusu-fuzz target/fuzz/dates/crash-…
set -eu
seconds=$1
shift
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- json departure query cursor edit profile rows dates words names urls applicants
# The very versions furusu is built with; cargo adds the fuzzer's own.
cp Cargo.lock fuzz/Cargo.lock
CARGO_TARGET_DIR=target RUSTC_WRAPPER="$PWD/fuzz/instrument.sh" "${CARGO:-cargo}" build --quiet --manifest-path fuzz/Cargo.toml
for target in "$@"; do
    corpus=target/fuzz/$target
    mkdir -p "$corpus" "fuzz/seeds/$target"
    echo "fuzzing $target for $seconds s"
    if ! FUZZ_TARGET=$target target/debug/furusu-fuzz -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$corpus/" "$corpus" "fuzz/seeds/$target" >"$corpus.log" 2>&1; then
        tail -n 40 "$corpus.log" >&2
        exit 1
    fi
    grep number_of_executed_units "$corpus.log"
done
