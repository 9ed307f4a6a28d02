#!/usr/bin/env bash
# Runs the hooks with the real pre-commit (and prek, where it is installed) on a scratch repository: first failing, then
# corrected by the hook, then passing. The wheel is the one given; `src` builds from source, too, which takes minutes.
#     pip install pre-commit; scripts/check-hooks.sh python/dist/kmslint-*.whl [src]
set -euo pipefail
wheel=$(realpath "$1")
root=$(realpath "$(dirname "$0")/..")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export GIT_CONFIG_GLOBAL="$scratch/gitconfig" PRE_COMMIT_HOME="$scratch/pre-commit" PREK_HOME="$scratch/prek"
# The wheel that nobody has published yet, before all others.
export PIP_FIND_LINKS="$(dirname "$wheel")" UV_FIND_LINKS="$(dirname "$wheel")" PIP_DISABLE_PIP_VERSION_CHECK=1
git config --file "$GIT_CONFIG_GLOBAL" user.name test
git config --file "$GIT_CONFIG_GLOBAL" user.email test@example.com

# The hooks as a repository of their own: the files as they are now, committed or not.
git init --quiet "$scratch/hooks"
(cd "$root" && git ls-files --cached --others --exclude-standard -z | xargs -0 tar -cf -) | tar -xf - -C "$scratch/hooks"
git -C "$scratch/hooks" add --all
git -C "$scratch/hooks" commit --quiet --message hooks
revision=$(git -C "$scratch/hooks" rev-parse HEAD)

# check PROGRAM ID FIX: a file without a policy passes, the policy fails, is corrected, and passes.
check() {
  local program=$1 id=$2 fix=$3 work="$scratch/$1-$2" log="$scratch/log"
  git init --quiet "$work"
  cd "$work"
  configure() { printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n' "$scratch/hooks" "$revision"; printf -- '  - id: %s\n' "$@"; }
  configure "$id" >.pre-commit-config.yaml
  mkdir key
  printf 'variable "who" {}\n' >key/variables.tf
  cat >key/main.tf <<'TF'
resource "aws_kms_key" "main" {
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid = "Root", Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }
        Action = "kms:*", Resource = "*"
      },
      {
        Sid = "Guard", Effect = "Deny", Principal = { AWS = var.who }
        Action = "kms:ScheduleKeyDeletion"
      },
    ]
  })
}
TF
  printf 'module "key" {\n  source = "./key"\n  who    = "*"\n}\n' >main.tf
  printf '{ "name": "no policy" }\n' >package.json
  git add --all
  # A file that holds no policy is none of its business.
  "$program" run "$id" --files package.json key/variables.tf >"$log" 2>&1 || { cat "$log"; exit 1; }
  ! "$program" run "$id" --files key/main.tf >"$log" 2>&1 || { echo "$program $id passed a broken policy"; cat "$log"; exit 1; }
  grep -q 'KMS004' "$log" || { cat "$log"; exit 1; }
  "$program" install >/dev/null
  ! git commit --quiet --message broken >"$log" 2>&1 || { echo "$program $id let a broken policy be committed"; exit 1; }
  configure "$fix" >.pre-commit-config.yaml
  git add --all
  ! "$program" run "$fix" --files key/main.tf >"$log" 2>&1 || { echo "$program $fix changed nothing"; cat "$log"; exit 1; }
  git diff --quiet -- key/main.tf && { echo "$program $fix changed nothing"; cat "$log"; exit 1; }
  git add --all
  "$program" run "$fix" --files key/main.tf >"$log" 2>&1 || { cat "$log"; exit 1; }
  configure "$id" >.pre-commit-config.yaml
  git add --all
  "$program" run "$id" --all-files >"$log" 2>&1 || { cat "$log"; exit 1; }
  echo "$program: $id failed, $fix corrected, $id passed"
  cd "$scratch"
}

check pre-commit kmslint kmslint-fix
if command -v prek >/dev/null; then check prek kmslint kmslint-fix; else echo "prek: not installed, skipped"; fi
if [ "${2:-}" = src ]; then
  # A quick build: the hook is tested, not the optimizer.
  export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0
  check pre-commit kmslint-src kmslint-fix
fi
