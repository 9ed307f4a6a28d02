#!/usr/bin/env bash
# Runs what docs/ci.md and action.yml do in a shell, on a scratch repository with one old and one new public key:
# a change is answerable for the new one alone, the main branch reports both and does not fail.
#     pip install pyyaml; scripts/check-ci-snippets.sh target/debug/kmslint
set -euo pipefail
program=$(realpath "${1:-target/debug/kmslint}")
root=$(realpath "$(dirname "$0")/..")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 - "$root" "$scratch" <<'PYTHON'
import re, sys
from pathlib import Path
import yaml

root, scratch = map(Path, sys.argv[1:])
blocks = dict((name, text) for name, text in re.findall(r"```\w+ (\S+)\n(.*?)```", (root / "docs/ci.md").read_text(), re.S))
action = yaml.safe_load((root / "action.yml").read_text())
steps = {step.get("name"): step for step in action["runs"]["steps"]}
(scratch / "github.sh").write_text(steps["Lint"]["run"])
inputs = action["inputs"]
for name in ("github-pull-request", "github-main"):
    step = yaml.safe_load(blocks[name])["jobs"]["kmslint"]["steps"][-1]
    unknown = set(step["with"]) - set(inputs)
    assert not unknown, f"{name}: the action has no input {unknown}"
gitlab = yaml.safe_load(blocks["gitlab"])
for job in gitlab:
    (scratch / f"gitlab-{job}.sh").write_text("set -e\n" + "\n".join(gitlab[job]["script"]) + "\n")
(scratch / "jenkins.sh").write_text("set -e\n" + re.search(r"sh '''(.*?)'''", blocks["jenkins"], re.S).group(1))
for path in [*root.glob(".github/workflows/*.yml"), root / ".pre-commit-hooks.yaml"]:
    yaml.safe_load(path.read_text())
# Everything that others wrote is pinned by its commit.
for path in [*root.glob(".github/workflows/*.yml"), root / "action.yml", root / "docs/ci.md"]:
    for used in re.findall(r"uses: (\S+)", path.read_text()):
        assert used.startswith("REPOSITORY@") or re.search(r"@[0-9a-f]{40}$", used), f"{path}: {used}"
PYTHON

# The package is installed elsewhere; here the program stands for it.
mkdir "$scratch/bin"
ln -s "$program" "$scratch/bin/kmslint"
printf '#!/bin/sh\nexit 0\n' >"$scratch/bin/pip"
chmod +x "$scratch/bin/pip"
export PATH="$scratch/bin:$PATH" RUNNER_TEMP="$scratch/runner" GIT_CONFIG_GLOBAL=/dev/null
mkdir "$RUNNER_TEMP"

public() { printf '{"Version":"2012-10-17","Statement":[{"Sid":"Root","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"},{"Sid":"Open","Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"}]}\n'; }
save() { git add --all && git -c user.name=test -c user.email=test@example.com commit --quiet -m "$1"; }
git init --quiet --initial-branch=main "$scratch/origin"
cd "$scratch/origin"
public >old.json && save old
git clone --quiet "$scratch/origin" "$scratch/clone"
cd "$scratch/clone"
base=$(git rev-parse HEAD)
git switch --quiet -c change
public >new.json && save new

# expect STATUS NAME COMMAND…: the exit code, and whether the old and the new key are in what was printed.
expect() {
  local wanted=$1 name=$2 old=$3 status=0 printed
  shift 3
  printed=$("$@" 2>&1) || status=$?
  [ "$status" -eq "$wanted" ] || { echo "$name: exit code $status, expected $wanted"; echo "$printed"; exit 1; }
  grep -q 'new\.json' <<<"$printed" || { echo "$name: says nothing of new.json"; exit 1; }
  if grep -q 'old\.json' <<<"$printed"; then found=yes; else found=no; fi
  [ "$found" = "$old" ] || { echo "$name: old.json reported: $found, expected $old"; echo "$printed"; exit 1; }
  echo "$name: exit code $status"
}
github() { GITHUB_OUTPUT="$scratch/output" GITHUB_STEP_SUMMARY="$scratch/summary" PATHS=. bash -e -o pipefail "$scratch/github.sh"; }
export CHANGED_SINCE ARGUMENTS
CHANGED_SINCE=$base ARGUMENTS='' expect 1 "github, a change" no github
CHANGED_SINCE='' ARGUMENTS='--fail-on never' expect 0 "github, main" yes github
grep -q 'new\.json' "$scratch/summary" && python3 -m json.tool "$RUNNER_TEMP/kmslint.sarif" >/dev/null
expect 1 "gitlab, a change" no env CI_MERGE_REQUEST_DIFF_BASE_SHA="$base" sh "$scratch/gitlab-kmslint.sh"
expect 0 "gitlab, main" yes sh "$scratch/gitlab-kmslint-all.sh"
python3 -m json.tool gl-code-quality-report.json >/dev/null
expect 1 "jenkins, a change" no env CHANGE_TARGET=main sh "$scratch/jenkins.sh"
expect 0 "jenkins, main" yes sh "$scratch/jenkins.sh"
python3 -m json.tool kmslint.sarif >/dev/null
