#!/bin/sh
# Time for each policy and peak memory of `kmslint --inventory`: `bench-inventory.sh [LINES …]`, by default 100,000 and
# 1,000,000. Memory must not grow with the number of lines.
# Needs python3. KMSLINT names another binary than that of the release build.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
kmslint=${KMSLINT:-$root/target/release/kmslint}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- 100000 1000000

for lines in "$@"; do
    python3 "$root/scripts/generate-inventory.py" "$lines" >"$work/keys.ndjson"
    python3 - "$kmslint" "$work/keys.ndjson" "$lines" <<'EOF'
import json, os, resource, subprocess, sys, time

kmslint, path, lines = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(path + ".out", "wb") as out:
    start = time.perf_counter()
    run = subprocess.run([kmslint, "--no-config", "--fail-on", "never", "--inventory", path], stdout=out)
    wall = time.perf_counter() - start
assert run.returncode == 0, run.returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(path + ".out", "rb") as out:
    out.seek(max(0, os.path.getsize(path + ".out") - 65536))
    summary = json.loads(out.read().splitlines()[-1])["summary"]
assert summary["lines"] == lines, summary
processor = usage.ru_utime + usage.ru_stime
print(f"{lines:>9} lines  {os.path.getsize(path) / 1e6:7.0f} MB  {wall:7.1f} s  {wall / lines * 1e6:6.1f} us/policy  "
      f"{processor / lines * 1e6:6.1f} us processor/policy  peak {usage.ru_maxrss / 1024:5.1f} MiB  "
      f"{summary['errors']} errors, {summary['warnings']} warnings, {summary['infos']} infos")
EOF
    rm -f "$work"/keys.ndjson*
done
