#!/usr/bin/env bash
# Instructions that each stage takes for one run of `benches/stages.rs`: a figure that a busy machine does not change, so
# that a slowdown shows in a review. Needs valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."
# Without the optimizations of a release that take minutes: the figures are for comparing.
export CARGO_PROFILE_BENCH_LTO=off CARGO_PROFILE_BENCH_CODEGEN_UNITS=16

# What fails is shown.
built=$(cargo bench --locked --bench stages --no-run --message-format=short 2>&1) || { printf '%s\n' "$built" >&2; exit 1; }
stages=$(sed -n 's/.*(\(target.*stages-[0-9a-f]*\)).*/\1/p' <<<"$built")
[ -n "$stages" ] || { printf '%s\n' "$built" >&2; exit 1; }

# Reading the rules and making the inputs costs the same for one run and for more.
instructions() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$stages" "$1" "$2" 2>&1 | sed -n 's/.*Collected : //p'
}
for stage in $("$stages" names); do
  one=$(instructions "$stage" 1)
  six=$(instructions "$stage" 6)
  printf '%-10s %12d instructions\n' "$stage" $(((six - one) / 5))
done
