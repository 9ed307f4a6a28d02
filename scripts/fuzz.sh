#!/usr/bin/env bash
# Fuzzes each target for some seconds, one after the other, beginning with the seeds: scripts/fuzz.sh SECONDS [TARGET…]
# Needs a nightly toolchain and cargo-fuzz. What is found stays in fuzz/artifacts/TARGET; the exit code is then 1.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"
seconds=${1:?how many seconds for each target}
shift
[ $# -gt 0 ] || set -- $(cargo +nightly fuzz list)

cargo run --quiet --manifest-path ../Cargo.toml --example fuzz-seeds -- "$@"
cargo +nightly fuzz build -s none
failed=0
for target in "$@"; do
  printf '\n== %s\n' "$target"
  # 10 ms per KB is what a run may cost; what is this much slower is a hang.
  cargo +nightly fuzz run "$target" -s none -- -dict=words.dict -max_total_time="$seconds" -max_len=4096 -timeout=5 \
    -rss_limit_mb=1500 -print_final_stats=1 || failed=1
done
exit "$failed"
