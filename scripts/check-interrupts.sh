#!/usr/bin/env bash
# Sends signals while files are corrected and reports are written, at moments taken by chance: each file is then the
# old one or the new one, nothing is left beside it, and the exit code says what happened. scripts/check-interrupts.sh PROGRAM
set -euo pipefail
program=$(realpath "${1:?the program to check}")
rounds=${2:-12}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# With job control, what runs in the background listens to SIGINT.
set -m
statement='{ "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*" }'
policy="{ \"Version\": \"2008-10-17\", \"Statement\": [$statement] }"
fail() { echo "check-interrupts: $*" >&2; exit 1; }

# A policy of many findings, whose report takes a while to write.
{ printf '{ "Version": "2012-10-17", "Statement": [%s' "$statement"; for _ in {1..400}; do printf ',\n%s' "$statement"; done; echo '] }'; } >large.json
"$program" --no-config -q -o html=expected.html large.json >/dev/null || true
mkdir tree
for at in {1..300}; do printf '%s\n' "$policy" >"tree/$at.json"; done
printf '%s\n' "$policy" >expected.json
"$program" --no-config --fix expected.json >/dev/null 2>&1 || true
cmp -s expected.json tree/1.json && fail "nothing was corrected"

stopped=0
for ((round = 0; round < rounds; round++)); do
  [ $((round % 2)) -eq 0 ] && signal=INT || signal=TERM
  for at in {1..300}; do printf '%s\n' "$policy" >"tree/$at.json"; done
  printf 'old\n' >old.html
  pause=$(printf '0.%02d' $((RANDOM % 60)))
  "$program" --no-config --fix -q -o html=new.html tree >/dev/null 2>&1 &
  sleep "$pause"
  kill -s "$signal" $! 2>/dev/null || true
  status=0
  wait $! || status=$?
  "$program" --no-config -q -o html=old.html large.json >/dev/null 2>&1 &
  sleep "$pause"
  kill -s "$signal" $! 2>/dev/null || true
  wait $! || true

  case $status in
    130 | 143) stopped=$((stopped + 1)) ;;
    0 | 1) ;;
    *) fail "exit code $status after SIG$signal" ;;
  esac
  left=$(find . -name '*.tmp')
  [ -z "$left" ] || fail "left behind after SIG$signal: $left"
  for file in tree/*.json; do
    [ "$(cat "$file")" = "$policy" ] || cmp -s "$file" expected.json || fail "$file is neither old nor new"
  done
  [ "$(cat old.html)" = old ] || cmp -s old.html expected.html || fail "old.html is neither old nor new"
  [ ! -e new.html ] || grep -q '</html>' new.html || fail "new.html is a half"
  rm -f new.html
done
echo "$rounds rounds: $stopped stopped by a signal, every file whole, nothing left behind"
